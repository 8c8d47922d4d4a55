import { invalidRequest } from '#platform/http/problems.ts'
import { sourceFault } from '../rich-text/source-limits.ts'

/** Refuses a description that would cost too much to render. */
export function checkDescription(description: string | undefined): void {
  const message = description === undefined ? undefined : sourceFault(description)
  if (message) throw invalidRequest({ errors: [{ pointer: '/body/description', message }] })
}
