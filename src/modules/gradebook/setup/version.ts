/** Sees the version of what is about to change, and throws when the client meant another one. */
export type CheckVersion = (version: number) => void
