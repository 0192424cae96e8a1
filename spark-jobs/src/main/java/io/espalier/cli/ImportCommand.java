package io.espalier.cli;

import io.espalier.checkpoint.ImportOptions;
import io.espalier.checkpoint.ImportOptions.Precision;
import io.espalier.checkpoint.importer.ContextImporter.Source;
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

/** A published model in, a bundle out. */
@Command(
    name = "import",
    description =
        "Turns an OWSM model as ESPnet publishes it into a bundle, which transcribe reads, and"
            + " prints its model card. The checkpoint is only read: nothing in it is executed."
            + " The bundle appears when it is complete; a model that cannot be used is an error"
            + " that lists everything that is wrong with it. Context encoders, which context reads,"
            + " are added to a bundle, or make one of their own.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Parameters(
      arity = "1..2",
      paramLabel = "[ESPNET_DIR] BUNDLE",
      description =
          "ESPNET_DIR is the local directory of an OWSM, such as a clone of espnet/owsm_v3.1_ebf:"
              + " it holds meta.yaml, and the files that meta.yaml and config.yaml name. It may be"
              + " left out where --speaker or --event is given. BUNDLE is the directory to make or"
              + " to add to, on any Hadoop file system. A path without a scheme lies on the default"
              + " one, which is the local disk unless configured otherwise.")
  private List<String> places;

  @Option(
      names = "--speaker",
      paramLabel = "ESPNET_SPK_DIR",
      description =
          "Adds a speaker encoder: the local directory of an ECAPA-TDNN as ESPnet-SPK publishes it,"
              + " with meta.yaml; or a TorchScript file.")
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
          "Digest of a TorchScript file that may run. TorchScript is a program: it is taken in only"
              + " by its digest. Repeatable.")
  private Set<String> trusted = new LinkedHashSet<>();

  @Option(
      names = "--precision",
      paramLabel = "float32|float16",
      defaultValue = "float32",
      description =
          "How weights are stored. float32 is bit-equal to the checkpoint, float16 half the size;"
              + " computed is in float32 with both. Default: ${DEFAULT-VALUE}.")
  private Precision precision;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The name on the model card. Default: the name of ESPNET_DIR.")
  private String name;

  @Option(
      names = "--force",
      description = "Replaces the bundle, or the encoders, that are there, but nothing else.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Source> encoders = encoders();
    if (places.size() == 1 && encoders.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "Missing parameter: give ESPNET_DIR and BUNDLE, or --speaker or --event and BUNDLE");
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
