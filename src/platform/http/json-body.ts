import type { FastifyInstance } from 'fastify'
import { malformedRequest } from './problems.ts'

/**
 * Reads JSON bodies: `__proto__` keys and null characters are refused (PostgreSQL cannot store the latter), and an
 * empty body with a JSON content type is simply no body, as several clients send it with DELETE and POST.
 */
export function parseJsonBodies(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined)
    if (body.includes('\\u0000')) return done(malformedRequest({ reason: 'The JSON has a null character (\\u0000).' }))
    try {
      done(
        null,
        mayHavePrototypeKey.test(body as string)
          ? JSON.parse(body as string, refusePrototypeKey)
          : JSON.parse(body as string),
      )
    } catch (error) {
      const reason =
        error instanceof SyntaxError ? `The body is not JSON: ${error.message.slice(0, 200)}` : 'The body is not JSON.'
      done(malformedRequest({ reason }, error))
    }
  })
}

// Also in its escaped spellings; the reviver, which is slow, then decides.
const mayHavePrototypeKey = /__proto__|\\u005f/i

function refusePrototypeKey(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('the key __proto__ is not allowed')
  return value
}
