import type { Viewer } from '../access/access.ts'

/**
 * Who is shown kept documents: visitors and students. Instructors and administrators always see what is stored now,
 * since they may have changed it a moment ago in another process.
 */
export function seesPublicDocuments(viewer: Viewer): boolean {
  return viewer === null || viewer.role === 'student'
}
