/** Listeners by topic, inside one process. */
export interface Watchers<Topic, Event> {
  /** Calls back for every event of a topic from now on. Returns the way to stop. */
  watch(topic: Topic, listener: (event: Event) => void): () => void;
  /** Tells everybody who watches the topic at this moment. A listener that throws harms only itself. */
  tell(topic: Topic, event: Event): void;
}

/** Makes an empty set of watchers. */
export function createWatchers<Topic, Event>(): Watchers<Topic, Event> {
  const topics = new Map<Topic, Set<(event: Event) => void>>();
  return {
    watch(topic, listener) {
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners);
      const own = (event: Event): void => listener(event);
      listeners.add(own);
      return () => {
        listeners.delete(own);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
      };
    },
    tell(topic, event) {
      for (const listener of [...(topics.get(topic) ?? [])]) {
        try {
          listener(event);
        } catch {
          // What is stored is stored: the fault of somebody who looks on must not undo it.
        }
      }
    },
  };
}
