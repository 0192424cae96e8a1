package io.espalier.spark.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.conf.ConfKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionConfTest {
  @Test
  void keysHaveUniqueNamesInKebabCase() {
    assertThat(SessionConf.keys())
        .extracting(ConfKey::name)
        .doesNotHaveDuplicates()
        .allSatisfy(name -> assertThat(name).matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"));
  }

  @Test
  void everyDefaultIsAValueOfItsOwnKey() {
    assertThat(SessionConf.keys())
        .filteredOn(key -> !(key.defaultValue() instanceof Optional))
        .allSatisfy(key -> assertThat(key.parse(key.defaultText())).isEqualTo(key.defaultValue()));
  }
}
