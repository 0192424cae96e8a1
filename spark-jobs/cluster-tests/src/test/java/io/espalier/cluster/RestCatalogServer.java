package io.espalier.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.shaded.com.fasterxml.jackson.annotation.JsonAutoDetect;
import org.apache.iceberg.shaded.com.fasterxml.jackson.annotation.PropertyAccessor;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.DeserializationFeature;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.PropertyNamingStrategies;

/**
 * A server of Iceberg's REST catalog, in a process of its own: the routes that Spark uses, over
 * Iceberg's own handlers and messages, and a catalog on PostgreSQL.
 */
final class RestCatalogServer {
  /** What it expects of its clients. */
  static final String TOKEN = "espalier-token";

  private static final String SEPARATOR = "%1F";
  private static final int OK = 200;
  private static final int EMPTY = 204;

  private final JdbcCatalog catalog;
  private final ObjectMapper json = mapper();

  private RestCatalogServer(JdbcCatalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Serves until its standard input ends.
   *
   * @param arguments the directory of the tables, and the URL of a database of PostgreSQL
   */
  public static void main(String[] arguments) throws IOException {
    JdbcCatalog catalog = new JdbcCatalog();
    catalog.setConf(new Configuration());
    catalog.initialize("rest", Map.of("warehouse", arguments[0], "uri", arguments[1]));
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    RestCatalogServer server = new RestCatalogServer(catalog);
    http.createContext("/", server::handle);
    http.setExecutor(Executors.newFixedThreadPool(4));
    http.start();
    System.out.println("Listening on http://127.0.0.1:" + http.getAddress().getPort());
    while (System.in.read() >= 0) {
      // Whoever started it closes the stream.
    }
    System.exit(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    int status = OK;
    Object answer;
    try (exchange) {
      try {
        authorize(exchange);
        answer = answer(exchange);
        status = answer == null ? EMPTY : OK;
      } catch (RuntimeException e) {
        status = status(e);
        answer =
            ErrorResponse.builder()
                .responseCode(status)
                .withType(e.getClass().getSimpleName())
                .withMessage(String.valueOf(e.getMessage()))
                .build();
      }
      boolean isBodiless = exchange.getRequestMethod().equals("HEAD") || answer == null;
      byte[] body = isBodiless ? new byte[0] : json.writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, isBodiless ? -1 : body.length);
      if (!isBodiless) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private static void authorize(HttpExchange exchange) {
    if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      throw new NotAuthorizedException("Not authorized: %s", "the token is not known");
    }
  }

  /** What a request gets; null for an empty answer. */
  private Object answer(HttpExchange exchange) throws IOException {
    URI uri = exchange.getRequestURI();
    String method = exchange.getRequestMethod();
    String[] path = uri.getRawPath().split("/", -1); // "", "v1", "namespaces", NAMESPACE, ...
    return switch (path.length) {
      case 3 ->
          path[2].equals("config")
              ? ConfigResponse.builder().build()
              : namespaces(method, exchange);
      case 4 -> namespace(method, namespace(path[3]));
      case 5 -> tables(method, namespace(path[3]), exchange);
      case 6 ->
          table(
              method,
              TableIdentifier.of(namespace(path[3]), RESTUtil.decodeString(path[5])),
              exchange);
      default -> null; // Reports of metrics, which nobody reads.
    };
  }

  private Object namespaces(String method, HttpExchange exchange) throws IOException {
    return method.equals("POST")
        ? CatalogHandlers.createNamespace(catalog, read(exchange, CreateNamespaceRequest.class))
        : CatalogHandlers.listNamespaces(catalog, Namespace.empty());
  }

  private Object namespace(String method, Namespace namespace) {
    if (method.equals("DELETE")) {
      CatalogHandlers.dropNamespace(catalog, namespace);
      return null;
    }
    Object found = CatalogHandlers.loadNamespace(catalog, namespace);
    return method.equals("HEAD") ? null : found;
  }

  private Object tables(String method, Namespace namespace, HttpExchange exchange)
      throws IOException {
    if (method.equals("GET")) {
      return CatalogHandlers.listTables(catalog, namespace);
    }
    CreateTableRequest request = read(exchange, CreateTableRequest.class);
    return request.stageCreate()
        ? CatalogHandlers.stageTableCreate(catalog, namespace, request)
        : CatalogHandlers.createTable(catalog, namespace, request);
  }

  private Object table(String method, TableIdentifier table, HttpExchange exchange)
      throws IOException {
    return switch (method) {
      case "POST" ->
          CatalogHandlers.updateTable(catalog, table, read(exchange, UpdateTableRequest.class));
      case "DELETE" -> {
        CatalogHandlers.dropTable(catalog, table);
        yield null;
      }
      case "HEAD" -> {
        CatalogHandlers.tableExists(catalog, table);
        yield null;
      }
      default -> CatalogHandlers.loadTable(catalog, table, SnapshotMode.ALL);
    };
  }

  private <T> T read(HttpExchange exchange, Class<T> type) throws IOException {
    return json.readValue(
        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8), type);
  }

  private static Namespace namespace(String segment) {
    return RESTUtil.decodeNamespaceAsPathSegment(segment, SEPARATOR);
  }

  private static int status(RuntimeException e) {
    if (e instanceof NotAuthorizedException) {
      return 401;
    }
    if (e instanceof NoSuchTableException || e instanceof NoSuchNamespaceException) {
      return 404;
    }
    if (e instanceof AlreadyExistsException || e instanceof CommitFailedException) {
      return 409;
    }
    return e instanceof IllegalArgumentException ? 400 : 500;
  }

  private static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
    mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    mapper.setPropertyNamingStrategy(new PropertyNamingStrategies.KebabCaseStrategy());
    RESTSerializers.registerAll(mapper);
    return mapper;
  }
}
