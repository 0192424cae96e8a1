package io.espalier.cli;

import io.espalier.checkpoint.ImportOptions;
import io.espalier.checkpoint.importer.ContextImporter.Source;
import io.espalier.nn.Precision;
import io.espalier.spark.bundle.BundleImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Converts a published model into a bundle. */
@Command(
    name = "import",
    description =
        "Converts an OWSM model that ESPnet published into a bundle for transcribe, and prints its"
            + " model card. Nothing in the checkpoint is executed. The bundle appears only when it"
            + " is complete. If the model cannot be used, the error lists all problems. Context"
            + " encoders for context are added to a bundle, or make a bundle of their own.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Parameters(
      arity = "1..2",
      paramLabel = "[ESPNET_DIR] BUNDLE",
      description =
          "ESPNET_DIR is the local directory of an OWSM, such as a clone of espnet/owsm_v3.1_ebf."
              + " It holds meta.yaml and the files that meta.yaml and config.yaml name. It is"
              + " optional with --speaker or --event. BUNDLE is the directory to create or to add"
              + " to, on any Hadoop file system. A path without a scheme is on the default file"
              + " system, which is the local disk unless configured otherwise.")
  private List<String> places;

  @Option(
      names = "--speaker",
      paramLabel = "ESPNET_SPK_DIR",
      description =
          "Adds a speaker encoder: the local directory of an ECAPA-TDNN that ESPnet-SPK published,"
              + " with meta.yaml, or a TorchScript file.")
  private Path speaker;

  @Option(
      names = "--event",
      paramLabel = "BEATS.pt",
      description = "Adds an event encoder: a BEATs checkpoint or a TorchScript file.")
  private Path event;

  @Option(
      names = "--trust",
      paramLabel = "SHA256",
      description =
          "SHA-256 of a TorchScript file that you trust. TorchScript runs code, so import accepts"
              + " it only with its digest. Repeatable.")
  private Set<String> trusted = new LinkedHashSet<>();

  @Option(
      names = "--precision",
      paramLabel = "float32|bfloat16|float16|int8",
      defaultValue = "float32",
      description =
          "Storage of weights: float32 is bit-equal to the checkpoint; bfloat16 and int8 are"
              + " smaller and lose nothing for transcribe --precision of the same name; float16 is"
              + " half the size. Default: ${DEFAULT-VALUE}.")
  private Precision precision;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name on the model card. Default: the name of ESPNET_DIR.")
  private String name;

  @Option(
      names = "--force",
      description =
          "Replaces an existing bundle or its encoders. A directory that holds anything else is"
              + " never replaced.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Source> encoders = encoders();
    if (places.size() == 1 && encoders.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "Missing parameter: give ESPNET_DIR and BUNDLE, or BUNDLE with --speaker or --event");
    }
    String bundle = places.get(places.size() - 1);
    ImportOptions importOptions = new ImportOptions(precision, force, name);
    SparkSession spark = options.session("import");
    String report = "";
    if (places.size() == 2) {
      Path source = Path.of(places.get(0));
      report = BundleImport.run(spark, source, bundle, importOptions, out::println);
    }
    if (!encoders.isEmpty()) {
      report += BundleImport.addContext(spark, encoders, bundle, importOptions, out::println);
    }
    out.println();
    out.print(report);
    out.flush();
    return ExitCode.DONE;
  }

  private List<Source> encoders() throws IOException {
    List<Source> encoders = new ArrayList<>();
    if (speaker != null) {
      encoders.add(Source.speaker(speaker, trusted));
    }
    if (event != null) {
      encoders.add(Source.event(event, trusted));
    }
    return encoders;
  }
}
