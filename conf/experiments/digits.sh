#!/usr/bin/env bash
# Real speech, small: strings of digits of the Free Spoken Digit Dataset. Each of its speakers is held out
# once, and one more fold has all of them in training and test. In each fold the demo model is trained
# further with all modules open, and with gates that see the speaker; every variant then transcribes the
# test. Prints word error rates with intervals over all folds with unseen speakers, and over the fold with
# enrolled ones.
#
#   conf/experiments/digits.sh RECORDINGS WORK
#
# RECORDINGS is a directory of DIGIT_SPEAKER_INDEX.wav, WORK one for all that is made. What is there already
# is not made again. FOLDS and BUNDLE replace the folds and the bundle to start from, STEPS the steps of each
# training, for a trial.
set -eu
recordings=${1:?Give the directory of recordings, such as free-spoken-digit-dataset/recordings}
work=${2:?Give a directory to work in}
root=$(cd "$(dirname "$0")/../.." && pwd)
bundle=${BUNDLE:-$root/spark-jobs/src/main/demo/bundle}
folds=${FOLDS:-enrolled george jackson lucas nicolas theo yweweler}
warehouse=$work/warehouse

espalier() {
  "$root/spark-jobs/bin/espalier" "$@" --warehouse "$warehouse"
}

train() { # FOLD KIND OPTION...
  [ -d "$work/$1/$2/bundle" ] || espalier train --recipe "$root/conf/recipes/digits-$2.yaml" \
    --bundle "$bundle" --train "$work/$1/train/manifest.jsonl" \
    --valid "$work/$1/dev/manifest.jsonl" --output "$work/$1/$2" ${STEPS:+--max-steps "$STEPS"} "${@:3}"
}

transcribe() { # FOLD KIND VARIANT OPTION...
  espalier transcribe --manifest "$work/$1/test/manifest.jsonl" --bundle "$work/$1/$2/bundle" \
    --table "digits_$1" --run-id "$3" --language eng --beam 1 "${@:4}"
}

for fold in $folds; do
  if [ ! -d "$work/$fold/test" ]; then
    held_out=()
    [ "$fold" = enrolled ] || held_out=(--held-out "$fold")
    "$root/spark-jobs/bin/espalier" digits "$recordings" "$work/$fold" "${held_out[@]}"
  fi
  for set in train dev test; do
    espalier context --manifest "$work/$fold/$set/manifest.jsonl" --bundle "$bundle" \
      --contexts "digits_${set}_contexts_$fold" --run-id "$fold"
  done
  train "$fold" dense
  train "$fold" gates --train-contexts "digits_train_contexts_$fold" \
    --valid-contexts "digits_dev_contexts_$fold"
  contexts=(--with-contexts "digits_test_contexts_$fold" --contexts-run "$fold")
  transcribe "$fold" dense dense
  transcribe "$fold" gates speaker --gate-context speaker "${contexts[@]}"
  transcribe "$fold" gates no-speaker --gate-context none
  transcribe "$fold" gates open --gates open
done

# One table of all folds with unseen speakers, so that an interval is over all of them.
unseen=
for fold in $folds; do
  [ "$fold" = enrolled ] || unseen="${unseen:+$unseen UNION ALL }SELECT * FROM digits_$fold"
done
tables=
case " $folds " in *" enrolled "*) tables=digits_enrolled ;; esac
if [ -n "$unseen" ]; then
  espalier sql -e "DROP TABLE IF EXISTS digits_unseen"
  espalier sql -e "CREATE TABLE digits_unseen USING iceberg AS $unseen"
  tables="$tables digits_unseen"
fi
for table in $tables; do
  echo "== $table"
  espalier score --table "$table" --scores "${table}_scores" --score-groups "${table}_groups" \
    --score-comparisons "${table}_comparisons" --by task
  for pair in "dense speaker" "dense no-speaker" "no-speaker speaker"; do
    # Two words: the baseline and the other.
    # shellcheck disable=SC2086
    espalier score --table "$table" --scores "${table}_scores" --score-groups "${table}_groups" \
      --score-comparisons "${table}_comparisons" --by task --compare $pair
  done
done
