package io.espalier.cli;

import io.espalier.checkpoint.ImportOptions;
import io.espalier.checkpoint.ImportOptions.Precision;
import io.espalier.spark.BundleImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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
            + " that lists everything that is wrong with it.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Parameters(
      index = "0",
      paramLabel = "ESPNET_DIR",
      description =
          "Local directory of the model, such as a clone of espnet/owsm_v3.1_ebf: it holds"
              + " meta.yaml, and the files that meta.yaml and config.yaml name.")
  private Path source;

  @Parameters(
      index = "1",
      paramLabel = "BUNDLE",
      description =
          "Directory to make, on any Hadoop file system. A path without a scheme lies on the"
              + " default one, which is the local disk unless configured otherwise.")
  private String bundle;

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

  @Option(names = "--force", description = "Replaces the bundle that is there, but nothing else.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ImportOptions importOptions = new ImportOptions(precision, force, name);
    String report =
        BundleImport.run(options.session("import"), source, bundle, importOptions, out::println);
    out.println();
    out.print(report);
    out.flush();
    return ExitCode.DONE;
  }
}
