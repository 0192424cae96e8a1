package io.espalier.cluster;

import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import java.net.Socket;
import java.util.List;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.RecordedRequest;
import okio.Buffer;

/**
 * The objects of an API server of Kubernetes. Unlike those of the class that it extends, they can
 * also be made by a server-side apply, which Spark uses for its services and configuration maps.
 */
final class KubernetesObjects extends KubernetesCrudDispatcher {
  private static final String APPLY = "fieldManager=";

  @Override
  public MockResponse handlePatch(RecordedRequest request) {
    String path = request.getPath();
    if (!path.contains(APPLY)) {
      return super.handlePatch(request);
    }
    String object = path.substring(0, path.indexOf('?'));
    String collection = object.substring(0, object.lastIndexOf('/'));
    boolean isThere = handleGet(object).getStatus().contains("200");
    return isThere
        ? handleUpdate(as("PUT", object, request))
        : handleCreate(as("POST", collection, request));
  }

  private static RecordedRequest as(String method, String path, RecordedRequest request) {
    Buffer body = new Buffer().write(request.getBody().snapshot());
    return new RecordedRequest(
        method + " " + path + " HTTP/1.1",
        request.getHeaders(),
        List.of(),
        body.size(),
        body,
        request.getSequenceNumber(),
        new Socket());
  }
}
