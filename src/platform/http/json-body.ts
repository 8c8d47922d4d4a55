import type { FastifyInstance } from 'fastify'
import { malformedRequest } from './problems.ts'

/**
 * Reads JSON bodies: `__proto__` keys and null characters are refused (PostgreSQL cannot store the latter), and an
 * empty body with a JSON content type is simply no body, as several clients send it with DELETE and POST.
 *
 * Half a surrogate pair becomes U+FFFD: a client that cuts a text in the middle of an emoji sends it, PostgreSQL stores
 * none in JSON, and nobody's answer may be refused for it.
 */
export function parseJsonBodies(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined)
    if (body.includes('\\u0000')) return done(malformedRequest({ reason: 'The JSON has a null character (\\u0000).' }))
    try {
      done(null, needsReview.test(body as string) ? JSON.parse(body as string, review) : JSON.parse(body as string))
    } catch (error) {
      const reason =
        error instanceof SyntaxError ? `The body is not JSON: ${error.message.slice(0, 200)}` : 'The body is not JSON.'
      done(malformedRequest({ reason }, error))
    }
  })
}

// Prototype keys, also with escaped letters, and escaped surrogates; the reviver, which is slow, then decides.
const needsReview = /__proto__|\\u00|\\ud[89a-f]/i

function review(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('the key __proto__ is not allowed')
  if (!key.isWellFormed()) throw new SyntaxError('a key has half a surrogate pair')
  return typeof value === 'string' ? value.toWellFormed() : value
}
