package io.espalier.spark.ml;

import io.espalier.conf.ConfKey;
import java.io.Serializable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Makes parameters of Spark out of the keys of the commands, with their descriptions, defaults and
 * checks, and hands their values back as options of a command.
 */
final class KeyParams implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Params owner;

  /** Names of keys by names of parameters. */
  private final Map<String, String> keys = new LinkedHashMap<>();

  /**
   * @param owner of the parameters; has its uid already
   */
  KeyParams(Params owner) {
    this.owner = owner;
  }

  Param<String> text(String name, ConfKey<?> key) {
    return added(
        new Param<>(owner, name, key.description(), new KeyCheck<>(name, key.name())),
        key,
        key.defaultText());
  }

  IntParam integer(String name, ConfKey<Integer> key) {
    return added(
        new IntParam(owner, name, key.description(), new KeyCheck<>(name, key.name())),
        key,
        key.defaultValue());
  }

  DoubleParam decimal(String name, ConfKey<?> key) {
    return added(
        new DoubleParam(owner, name, key.description(), new KeyCheck<>(name, key.name())),
        key,
        key.defaultValue());
  }

  BooleanParam flag(String name, ConfKey<Boolean> key) {
    return added(
        new BooleanParam(owner, name, key.description()), key, (Object) key.defaultValue());
  }

  /** The values by the names of their keys; one that is not set and has no default is not there. */
  Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    keys.forEach(
        (name, key) -> {
          Param<Object> param = owner.getParam(name);
          if (owner.isDefined(param)) {
            options.put(key, String.valueOf(owner.<Object>getOrDefault(param)));
          }
        });
    return options;
  }

  /** The names of the keys. */
  Collection<String> names() {
    return keys.values();
  }

  private <V, P extends Param<V>> P added(P param, ConfKey<?> key, V defaultValue) {
    keys.put(param.name(), key.name());
    if (!(key.defaultValue() instanceof Optional)) {
      owner.setDefault(param, defaultValue);
    }
    return param;
  }
}
