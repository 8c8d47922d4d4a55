/** How long work may take to notice that its signal was aborted. */
const NOTICE_MS = 2000

/**
 * Runs `work` with a signal that is aborted after `seconds`, or with `stop`. Work that does not end soon after is left
 * alone, and the call rejects with the reason: what it still writes is refused by `context.finish`.
 */
export async function withTimeLimit(
  seconds: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const limit = new AbortController()
  const signal = AbortSignal.any([stop, limit.signal])
  signal.throwIfAborted()
  const abandoned = Promise.withResolvers<never>()
  abandoned.promise.catch(() => {})
  let timer = setTimeout(() => limit.abort(new Error(`The job took longer than ${seconds} s.`)), seconds * 1000)
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer)
      timer = setTimeout(() => abandoned.reject(signal.reason), NOTICE_MS)
    },
    { once: true },
  )
  try {
    await Promise.race([work(signal), abandoned.promise])
  } catch (error) {
    // What the work makes of its abort says less than the reason for it.
    throw signal.aborted ? signal.reason : error
  } finally {
    clearTimeout(timer)
  }
}
