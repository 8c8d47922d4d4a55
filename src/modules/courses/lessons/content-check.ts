import { Value } from 'typebox/value'
import type { Principal } from '#modules/auth/index.ts'
import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import { sourceFault } from '../rich-text/source-limits.ts'
import { type LessonType, lessonContents, type TypedContent } from './content.ts'

/** Whether the file exists and `by` may put it into a lesson; the part that keeps files answers. */
export type FileExists = (fileId: string, by: Principal) => Promise<boolean>

/** The content as that of a lesson of `type`; a 400 names what does not fit. */
export async function checkContent(
  type: LessonType,
  content: unknown,
  by: Principal,
  fileExists: FileExists,
): Promise<TypedContent> {
  const errors = Value.Errors(lessonContents[type], content).map(
    ({ instancePath, message }): FieldError => ({ pointer: `/body/content${instancePath}`, message }),
  )
  if (errors.length > 0) throw invalidRequest({ errors })
  const typed = { type, content } as TypedContent
  const fault = await contentFault(typed, by, fileExists)
  if (fault) throw invalidRequest({ errors: [fault] })
  return typed
}

async function contentFault(
  lesson: TypedContent,
  by: Principal,
  fileExists: FileExists,
): Promise<FieldError | undefined> {
  if (lesson.type === 'page') {
    const message = sourceFault(lesson.content.source)
    return message ? { pointer: '/body/content/source', message } : undefined
  }
  if (lesson.type !== 'video' && lesson.type !== 'file') return undefined
  const { fileId } = lesson.content
  if (lesson.type === 'video' && (lesson.content.url === undefined) === (fileId === undefined)) {
    return { pointer: '/body/content', message: 'needs either url or fileId' }
  }
  if (fileId === undefined || (await fileExists(fileId, by))) return undefined
  return { pointer: '/body/content/fileId', message: 'is no uploaded file that you may use' }
}
