package io.espalier.checkpoint.espnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.Fuzzer;
import io.espalier.files.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints whose pickles call functions: none is called, and each is refused in a sentence. */
class HostilePicklesTest {
  private static final long SEED = Long.getLong("espalier.test.seed", 29);

  private static final List<String> FUNCTIONS =
      List.of(
          "os system",
          "posix system",
          "nt system",
          "subprocess Popen",
          "subprocess check_output",
          "builtins eval",
          "builtins exec",
          "builtins getattr",
          "builtins __import__",
          "__builtin__ eval",
          "importlib import_module",
          "runpy run_path",
          "pty spawn",
          "shutil rmtree",
          "torch load",
          "torch.hub load",
          "torch._utils _rebuild_parameter",
          "torch.serialization _load",
          "codecs decode",
          "operator attrgetter",
          "functools partial",
          "pickle loads",
          "numpy load",
          "collections OrderedDict.__init__",
          "java.lang.Runtime exec",
          "javax.script.ScriptEngineManager new");

  @TempDir Path temp;

  @Test
  void someFunctionsAreNotCalled() throws IOException {
    callFunctions(60);
  }

  @Test
  @Tag("slow")
  void manyFunctionsAreNotCalled() throws IOException {
    callFunctions(200);
  }

  private void callFunctions(int count) throws IOException {
    Path canary = temp.resolve("canary");
    Fuzzer fuzzer = new Fuzzer(SEED);
    for (int i = 0; i < count; i++) {
      String[] function = FUNCTIONS.get(i % FUNCTIONS.size()).split(" ", -1);
      int way = fuzzer.next(7);
      String name = String.join(".", function) + " in way " + way;
      byte[] pickle = call(function[0], function[1], "touch " + canary, way);
      Path file = temp.resolve(String.format(Locale.ROOT, "%03d.pth", i));
      if (fuzzer.next(8) == 0) {
        Files.write(file, pickle); // As torch.save wrote them before 2020.
      } else {
        new ZipBuilder().entry("model/data.pkl", pickle).write(file);
      }
      String said = said(file);
      assertThat(said).as(name).startsWith("Cannot read ").doesNotContain("\tat ");
      assertThat(canary).as(name).doesNotExist();
    }
    System.out.printf(
        Locale.ROOT, "%d pickles that call functions (seed %d): 0 called%n", count, SEED);
  }

  private static String said(Path file) throws IOException {
    try (PthFile checkpoint = PthFile.open(file)) {
      return "read " + checkpoint.tensors();
    } catch (MalformedFileException e) {
      return e.getMessage();
    }
  }

  /** A dictionary with one value, which is what the function gives. */
  private static byte[] call(String module, String name, String argument, int way) {
    PickleBuilder pickle = PickleBuilder.protocol2();
    if (way < 2) {
      pickle = new PickleBuilder().raw(0x80, 4);
    }
    pickle.op('}').string("weight");
    switch (way) {
      case 0 -> pickle.string(module).string(name).raw(0x93).string(argument).raw(0x85).op('R');
      case 1 -> pickle.string(module).string(name).raw(0x93).op(')').raw(0x81).op('N').op('b');
      case 2 -> pickle.op('(').string(argument).op('i').text(module + "\n" + name + "\n");
      case 3 -> pickle.op('(').global(module, name).string(argument).op('o');
      case 4 -> pickle.global(module, name).string(argument).raw(0x85).raw(0x81);
      case 5 -> pickle.global(module, name).op(')').op('}').raw(0x92);
      default -> pickle.global(module, name).string(argument).raw(0x85).op('R');
    }
    return pickle.op('s').stop();
  }
}
