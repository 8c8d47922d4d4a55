import type { Kysely } from 'kysely'
import type { LabelValues } from '#platform/metrics/metrics.ts'
import type { Database } from '../../database.ts'
import type { courseChangesTotal } from './metrics.ts'
import type { PublicDocuments } from './public-documents/public-documents.ts'
import type { RichText } from './rich-text/rich-text.ts'

/** What every part of this module works with. */
export interface CourseDeps {
  readonly db: Kysely<Database>
  readonly now: () => Date
  readonly newId: () => string
  readonly documents: PublicDocuments
  readonly richText: RichText
  /** Call it after the commit. */
  readonly countChange: (step: LabelValues<typeof courseChangesTotal.labels>) => void
}
