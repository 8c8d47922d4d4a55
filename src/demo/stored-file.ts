import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Storage } from '#platform/storage/storage.ts'
import { iso } from './calendar.ts'
import type { FilePlan } from './content/lesson-plan.ts'
import { auditEvent } from './logins.ts'
import type { Account } from './people.ts'
import type { Random } from './random.ts'
import type { DemoRows } from './rows.ts'

/** The row of a file that the owner of a course has uploaded; returns the content of the lesson that shows it. */
export function storeFile(
  random: Random,
  { name, mediaType, text }: FilePlan,
  course: { id: string; owner: Account },
  at: number,
  rows: DemoRows,
): { fileId: string } {
  const id = random.id(new Date(at))
  const bytes = Buffer.from(text)
  rows.stored_file.push({
    id,
    owner_id: course.owner.id,
    course_id: course.id,
    name,
    media_type: mediaType,
    size_bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    storage_key: `files/${id}`,
    created_at: iso(at),
    deleted_at: null,
  })
  const details = { courseId: course.id, mediaType, sizeBytes: bytes.length }
  const what = { action: 'file.uploaded', subject_type: 'file', subject_id: id, network: '198.51.100.7' }
  rows.audit_event.push(auditEvent(random, at, { ...what, actor_id: course.owner.id }, details))
  return { fileId: id }
}

/** Puts the contents of the files where the product keeps them. Before the rows: nobody is shown what is not there. */
export async function writeFiles(
  storage: Storage,
  { stored_file }: DemoRows,
  plans: readonly FilePlan[],
): Promise<void> {
  for (const { name, storage_key, media_type } of stored_file) {
    const plan = plans.find((one) => one.name === name)
    if (!plan) throw new Error(`The demo has no content for ${name}.`)
    const bytes = Buffer.from(plan.text)
    await storage.put(storage_key, Readable.from([bytes]), { maxBytes: bytes.length, contentType: media_type })
  }
}
