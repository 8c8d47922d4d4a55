import { scrub } from '#platform/log/scrub.ts'

const LENGTH_MAX = 2000
const CAUSES_MAX = 5

/** An error and its causes as a text for operators, without secrets and mail addresses. */
export function describeFailure(error: unknown): string {
  const parts: string[] = []
  for (
    let one = error;
    one !== undefined && parts.length < CAUSES_MAX;
    one = one instanceof Error ? one.cause : undefined
  ) {
    parts.push(one instanceof Error ? `${one.name}: ${one.message}` : String(one))
  }
  return scrub(parts.join('\ncaused by ')).slice(0, LENGTH_MAX)
}
