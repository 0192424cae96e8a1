package io.espalier.cli;

import io.espalier.conf.ConfKey;
import java.util.List;

/** A command whose options are configuration keys. */
interface KeyedCommand {
  /** The keys that this command reads. */
  List<ConfKey<?>> keys();
}
