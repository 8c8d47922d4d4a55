import type { Principal } from '#modules/auth/index.ts'
import { requireCourseRight } from '#modules/courses/index.ts'
import { type PageRequest, readTimeCursor, toPage } from '#platform/http/pagination.ts'
import type { CertificatesDeps } from './deps.ts'
import { type CertificateFilter, type LinkedCertificate, selectCertificates } from './queries.ts'
import type { Certificate } from './schemas.ts'
import { toCertificate } from './to-certificate.ts'

interface List {
  readonly items: Certificate[]
  readonly nextCursor: string | null
}

export function createReading({ db }: Pick<CertificatesDeps, 'db'>) {
  /** The caller's own certificates, newest first, those that do not count any more included. */
  async function listMine(caller: Principal, page: PageRequest): Promise<List> {
    return list({ userId: caller.userId }, page)
  }

  /** All certificates of a course, for its staff, newest first. */
  async function listOfCourse(caller: Principal, courseId: string, page: PageRequest): Promise<List> {
    await requireCourseRight(db, caller, courseId, 'see-roster')
    return list({ courseId }, page)
  }

  async function list(
    of: Pick<CertificateFilter, 'userId' | 'courseId'>,
    { limit, cursor }: PageRequest,
  ): Promise<List> {
    const rows = await selectCertificates(db, { ...of, after: readTimeCursor(cursor), limit: limit + 1 })
    return toPage(rows, limit, toCertificate, (row: LinkedCertificate) => [row.issued_at, row.id])
  }

  return { listMine, listOfCourse }
}
