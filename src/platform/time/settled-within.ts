/** True when `work` settles within `timeoutMs`, false when it is still under way then. Never rejects. */
export async function settledWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const timeout = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => timeout.resolve(false), timeoutMs)
  try {
    return await Promise.race([work.then(() => true).catch(() => true), timeout.promise])
  } finally {
    clearTimeout(timer)
  }
}
