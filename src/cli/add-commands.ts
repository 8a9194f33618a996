/** Most commands run here, or attach to the process that already runs; the log stays out of the terminal. */
export const attachable = { mustOwn: false, logTo: "file" } as const;

/** The same for a command that asks once and leaves. */
export const oneShot = { ...attachable, isOneShot: true } as const;
