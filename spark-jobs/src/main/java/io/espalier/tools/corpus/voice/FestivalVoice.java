package io.espalier.tools.corpus.voice;

import java.util.Locale;

/**
 * Voices of Festival in Debian.
 *
 * <p>Those of diphones also speak sounds that somebody else chose.
 */
enum FestivalVoice {
  /** An American man, 1998. */
  KAL("voice_kal_diphone", "festvox-kallpc16k", "american", 105),
  /** An American man, 1997. */
  KED("voice_ked_diphone", "festvox-kdlpc16k", "american", 105),
  /** An Italian woman. */
  LP("voice_lp_diphone", "festvox-italp16k", "italian", 190),
  /** An Italian man. */
  PC("voice_pc_diphone", "festvox-itapc16k", "italian", 120),
  /** An American woman, by a hidden Markov model; no diphones. */
  SLT("voice_cmu_us_slt_arctic_hts", "festvox-us-slt-hts", "", 0);

  private final String function;
  private final String debianPackage;
  private final String sounds;
  private final double hertz;

  FestivalVoice(String function, String debianPackage, String sounds, double hertz) {
    this.function = function;
    this.debianPackage = debianPackage;
    this.sounds = sounds;
    this.hertz = hertz;
  }

  static FestivalVoice of(Voice voice) {
    return valueOf(voice.name().toUpperCase(Locale.ROOT));
  }

  /** Festival's function that chooses it. */
  String function() {
    return function;
  }

  /** What it is installed from. */
  String debianPackage() {
    return debianPackage;
  }

  /** The set of sounds in {@code sounds.yaml}. */
  String sounds() {
    return sounds;
  }

  /** Its mean pitch. */
  double hertz() {
    return hertz;
  }
}
