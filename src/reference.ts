import { readFileSync } from 'node:fs'
import type { ReferenceInfo } from '#platform/http/reference/openapi.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

/** The version of the product, as package.json has it. */
export const productVersion = version

export const API_PREFIX = '/api/v1'

/** What the API reference says about the whole; every tag that a route uses is listed here. */
export const referenceInfo: ReferenceInfo = {
  title: 'LMS Backend',
  version,
  description: `Courses, lessons, enrollments and progress of an institution.

- **Authentication**: \`POST /api/v1/auth/login\` gives an access token; send it as \`Authorization: Bearer …\`.
- **Refusals** are \`application/problem+json\` (RFC 9457). Branch on \`type\`; each type is documented at its address.
- **Lists** are pages of \`{items, nextCursor}\`. Pass \`nextCursor\` as \`cursor\`, and nothing else about it is promised.
- **Versions**: a single resource has an \`ETag\`; send it in \`If-Match\` with a change, and nobody's work is overwritten.
- **Retries**: where \`Idempotency-Key\` is listed, a repeated request has one effect.
- **Limits**: \`RateLimit\` tells with every answer how many requests are left (\`r\`) and when all will be again (\`t\`).
- **Times** are UTC, ISO 8601. **Ids** are UUIDs.`,
  tags: [
    { name: 'auth', description: 'Registering, logging in, tokens.' },
    { name: 'account', description: 'What a person does with his own account.' },
    { name: 'courses', description: 'The catalogue, and courses as a whole: drafting, publishing, archiving.' },
    { name: 'staff', description: 'Who teaches a course, and who owns it.' },
    { name: 'outline', description: 'The modules of a course, their lessons, and the order of both.' },
    { name: 'lessons', description: 'What a lesson holds.' },
    { name: 'enrollments', description: 'Who is in which course, and since when.' },
    { name: 'files', description: 'Uploading, downloading and linking files.' },
    { name: 'progress', description: 'What a student has completed, and what is missing.' },
    { name: 'deadlines', description: 'When timed work is due for whom and why, and who is granted more time.' },
    { name: 'certificates', description: 'What a completed course is certified with, and how anybody verifies it.' },
    { name: 'quizzes', description: 'What a quiz asks, when it is open and what its students see.' },
    { name: 'attempts', description: 'Taking a quiz: answers that are never lost, and the proof.' },
    { name: 'gradebook', description: 'What students are graded on, their grades, and how totals come about.' },
    { name: 'assignments', description: 'What students hand in, and what it is graded with.' },
    { name: 'reviews', description: 'What students say about courses.' },
    { name: 'questions', description: 'Question banks of a course and their questions, for its staff.' },
    { name: 'grading', description: 'What people grade, grading again, and how well questions do.' },
    { name: 'analytics', description: 'How the courses do, counted every few minutes.' },
    { name: 'administration', description: 'What administrators do with accounts, and what was done by whom.' },
    { name: 'operations', description: 'Health, readiness and this reference.' },
  ],
}
