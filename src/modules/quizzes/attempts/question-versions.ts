import type { Kysely } from 'kysely'
import { selectPresentVersions, selectVersionsById, type VersionOfQuestion } from '#modules/questions/index.ts'
import { RecentlyUsed } from '#platform/cache/recently-used.ts'
import type { Database } from '../../../database.ts'

type Executor = Kysely<Database>

export type QuestionVersions = ReturnType<typeof createQuestionVersions>

/** Versions that a process remembers. */
const VERSIONS_KEPT = 5000

/** Reads questions as quizzes need them. Versions never change, so that a save or a grading mostly reads none. */
export function createQuestionVersions() {
  const kept = new RecentlyUsed<VersionOfQuestion>(VERSIONS_KEPT)

  /** The versions with these ids, in their order. */
  async function byId(db: Executor, versionIds: readonly string[]): Promise<VersionOfQuestion[]> {
    const read = new Map<string, VersionOfQuestion>()
    for (const version of await selectVersionsById(
      db,
      versionIds.filter((id) => !kept.has(id)),
    )) {
      read.set(version.versionId, version)
      kept.set(version.versionId, version)
    }
    return versionIds.map((id) => {
      const version = kept.get(id) ?? read.get(id)
      if (!version) throw new Error(`The version ${id} of a question is gone.`)
      return version
    })
  }

  /** The present versions of these questions, by the ids of the questions. */
  async function presentOf(db: Executor, questionIds: readonly string[]): Promise<Map<string, VersionOfQuestion>> {
    const versions = await selectPresentVersions(db, questionIds)
    return new Map(versions.map((version) => [version.questionId, version]))
  }

  return { byId, presentOf }
}
