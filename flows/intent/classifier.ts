import { indexExamples } from "./nearest.ts";
import { fitSoftmax } from "./softmax.ts";
import { learnVocabulary } from "./vocabulary.ts";

/** A message of which is known what it wants. */
export interface IntentExample {
  readonly text: string;
  readonly intent: string;
}

/** What a message wants, as far as examples tell. */
export interface IntentGuess {
  readonly intent: string;
  /** Of this intent among those that there are, 0 to 1. */
  readonly probability: number;
  /** How much likelier than the second one, 0 to 1. */
  readonly margin: number;
  /** Cosine with the nearest example of this intent, 0 to 1. */
  readonly similarity: number;
  /** Cosine with the nearest example of any intent, 0 to 1. */
  readonly nearest: number;
  /** Share of the words that the examples have at all, 0 to 1. */
  readonly known: number;
}

/** Tells intents apart. */
export interface IntentClassifier {
  guess(text: string): IntentGuess | null;
}

/** Learns intents from examples, without a language model: words, pairs and pieces of words under a linear model. */
export function learnIntents(examples: readonly IntentExample[]): IntentClassifier {
  const intents = [...new Set(examples.map(({ intent }) => intent))];
  const labels = new Map(intents.map((intent, label) => [intent, label]));
  const vocabulary = learnVocabulary(examples.map(({ text }) => text));
  const vectors = examples.map(({ text, intent }) => ({
    vector: vocabulary.vectorOf(text),
    label: labels.get(intent) ?? 0,
  }));
  const model = fitSoftmax(vectors, { features: vocabulary.size, classes: intents.length });
  const nearest = indexExamples(vectors, intents.length);
  return {
    guess: (text) => {
      const vector = vocabulary.vectorOf(text);
      if (intents.length === 0 || vector.ids.length === 0) return null;
      const probabilities = model.probabilitiesOf(vector);
      const sorted = Float64Array.from(probabilities).toSorted((left, right) => right - left);
      const best = probabilities.indexOf(sorted[0] ?? 0);
      const similarities = nearest.similarities(vector);
      return {
        intent: intents[best] ?? "",
        probability: sorted[0] ?? 0,
        margin: (sorted[0] ?? 0) - (sorted[1] ?? 0),
        similarity: similarities[best] ?? 0,
        nearest: Math.max(...similarities),
        known: vocabulary.knownShare(text),
      };
    },
  };
}
