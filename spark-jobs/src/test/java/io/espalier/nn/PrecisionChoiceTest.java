package io.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.espalier.conf.UsageException;
import org.junit.jupiter.api.Test;

class PrecisionChoiceTest {
  @Test
  void autoIsBfloat16WhereTheCpuHasIt() {
    Precision expected =
        CpuFeatures.ofThisMachine().hasBfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
    assertThat(PrecisionChoice.AUTO.on(Device.cpu())).isEqualTo(expected);
  }

  @Test
  void whatACpuCannotComputeInIsRefusedWithTheFix() {
    assertThatThrownBy(() -> PrecisionChoice.FLOAT16.on(Device.cpu()))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot compute in float16 on a CPU: use --precision float32, bfloat16 or int8");
  }

  @Test
  void whatAGpuCannotComputeInIsRefusedWithTheFix() {
    assertThatThrownBy(() -> Precision.INT8.requireOn(Device.gpu()))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot compute in int8 on a GPU: use --precision float32, bfloat16 or float16");
  }

  @Test
  void flagsOfTheFirstProcessorCount() {
    CpuFeatures genoa =
        CpuFeatures.parse("processor\t: 0\nflags\t\t: fpu avx512_bf16 avx512_vnni\n");
    assertThat(genoa.hasBfloat16()).isTrue();
    assertThat(genoa.hasInt8()).isTrue();
    CpuFeatures skylake = CpuFeatures.parse("flags : fpu avx512f\nflags : fpu amx_bf16\n");
    assertThat(skylake.hasBfloat16()).isFalse();
    assertThat(skylake.hasInt8()).isFalse();
    CpuFeatures sapphire = CpuFeatures.parse("flags : fpu avx512_bf16 amx_bf16\n");
    assertThat(sapphire.hasBfloat16Tiles()).isTrue();
    assertThat(genoa.hasBfloat16Tiles()).isFalse();
    CpuFeatures graviton = CpuFeatures.parse("Features\t: fp asimd bf16 i8mm\n");
    assertThat(graviton.hasBfloat16()).isTrue();
    assertThat(CpuFeatures.parse("").hasBfloat16()).isFalse();
  }
}
