import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { answerFaults } from '#modules/questions/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import { counter, type LabelValues } from '#platform/metrics/metrics.ts'
import { Problem } from '#platform/problem/problem.ts'
import type { Database } from '../../../database.ts'
import type { QuestionVersions } from '../attempts/question-versions.ts'
import type { QuizzesDeps } from '../deps.ts'
import { answerSaveFailuresTotal, answersSavedTotal, answersSupersededTotal } from '../metrics.ts'
import { attemptNotFound, attemptSubmitted, questionNotInAttempt, sequenceReused, timeOver } from '../problems.ts'
import { digestOf } from './digest.ts'
import type { Layouts } from './layouts.ts'
import { type Save, selectSavedBefore, selectStored, storeInTransaction } from './queries.ts'
import type { Receipt, SaveAnswersBody, SavedAnswer, SavedAnswers } from './schemas.ts'
import { createAnswerStore, type StoreAnswer } from './store.ts'

type Executor = Kysely<Database>
type FailureReason = LabelValues<typeof answerSaveFailuresTotal.labels>['reason']

interface GivenAnswer {
  readonly position: number
  readonly sequence: number
  readonly answer: unknown
}

/** How often a save looks again when the attempt was reopened or the answer changed while it was looking. */
const LOOKS = 3

const failureReasons: Readonly<Record<string, FailureReason>> = {
  [attemptSubmitted.code]: 'submitted',
  [timeOver.code]: 'time-over',
  [invalidRequest.code]: 'invalid',
  [sequenceReused.code]: 'sequence-reused',
}

export function createSaving({ db, metrics, now, newId }: QuizzesDeps, layouts: Layouts, versions: QuestionVersions) {
  const storeAnswer = createAnswerStore(db)
  const countSaved = counter(metrics, answersSavedTotal)
  const countInTime = countSaved.series({ timing: 'in-time' })
  const countGrace = countSaved.series({ timing: 'grace' })
  const countSuperseded = counter(metrics, answersSupersededTotal).series({})
  const countFailure = counter(metrics, answerSaveFailuresTotal)

  /**
   * Stores a student's answer to one question of his open attempt. The receipt is given when it is committed, with its
   * line in the journal. Saving the same answer with the same sequence again gives the same receipt, also when the
   * attempt was handed in since; an older sequence changes nothing.
   */
  async function saveAnswer(caller: Principal, attemptId: string, given: GivenAnswer): Promise<SavedAnswer> {
    try {
      const save = await prepare(db, caller, attemptId, given, '/body/answer')
      return counted(await store(db, save, storeAnswer))
    } catch (error) {
      throw failed(error)
    }
  }

  /**
   * Stores several answers in one transaction. Each stands for itself: what cannot be saved is refused with its reason,
   * and the others are saved.
   */
  async function saveAnswers(
    caller: Principal,
    attemptId: string,
    { answers }: SaveAnswersBody,
  ): Promise<SavedAnswers> {
    try {
      const results = await inTransaction(db, async (tx) => {
        await layouts.requireOwn(tx, caller, attemptId)
        const found = new Map<number, SavedAnswers['results'][number]>()
        // In the order of positions, in which submission locks too; of one position the older sequence first.
        const ordered = [...answers.entries()].sort(
          ([, one], [, other]) => one.position - other.position || one.sequence - other.sequence,
        )
        for (const [index, given] of ordered) found.set(index, await saveOne(tx, caller, attemptId, given, index))
        return answers.flatMap((_, index) => found.get(index) ?? [])
      })
      for (const { outcome, isLate, problem } of results) {
        if (outcome === 'saved') (isLate ? countGrace : countInTime)()
        if (outcome === 'superseded') countSuperseded()
        if (problem) countFailure({ reason: failureReasons[problem.code] ?? 'invalid' })
      }
      return { results, serverTime: now().toISOString() }
    } catch (error) {
      throw failed(error)
    }
  }

  async function saveOne(tx: Executor, caller: Principal, attemptId: string, given: GivenAnswer, index: number) {
    try {
      const save = await prepare(tx, caller, attemptId, given, `/body/answers/${index}/answer`)
      return { ...(await store(tx, save, (one) => storeInTransaction(tx, one))), problem: null }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      const problem = { code: error.code, detail: error.message }
      return { position: given.position, outcome: 'refused' as const, isLate: false, receipt: null, problem }
    }
  }

  async function prepare(
    executor: Executor,
    caller: Principal,
    attemptId: string,
    { position, sequence, answer }: GivenAnswer,
    pointer: string,
  ): Promise<Save> {
    const layout = await layouts.requireOwn(executor, caller, attemptId)
    const versionId = layout.versionIds.get(position)
    if (versionId === undefined) throw questionNotInAttempt({ position })
    const [version] = await versions.byId(executor, [versionId])
    const faults = version ? answerFaults(version.content, answer) : []
    if (faults.length > 0) {
      throw invalidRequest({
        errors: faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` })),
      })
    }
    return {
      eventId: newId(),
      attemptId,
      studentId: caller.userId,
      position,
      sequence,
      answer: answer === null ? null : JSON.stringify(answer),
      digest: digestOf(answer),
      at: now().toISOString(),
    }
  }

  async function store(executor: Executor, save: Save, write: StoreAnswer): Promise<SavedAnswer> {
    for (let look = 1; ; look++) {
      const saved = await write(save)
      if (saved) return savedAnswer(save, 'saved', save.at, saved.deadline_at)
      const found = await explain(executor, save)
      if (found) return found
      if (look === LOOKS) throw new Error(`The answer ${save.position} of ${save.attemptId} keeps changing.`)
    }
  }

  /** Why the row did not take the answer: the outcome of a repeated or late save, or a problem. */
  async function explain(executor: Executor, save: Save): Promise<SavedAnswer | undefined> {
    const stored = await selectStored(executor, save.attemptId, save.position)
    if (!stored) throw attemptNotFound({ attemptId: save.attemptId })
    const { sequence, digest, saved_at: savedAt, deadline_at: deadline } = stored
    if (save.sequence === sequence) {
      if (save.digest !== digest || savedAt === null) throw sequenceReused({ sequence })
      return savedAnswer(save, 'saved', savedAt, deadline)
    }
    if (save.sequence < sequence) {
      const before = await selectSavedBefore(executor, save)
      if (before !== undefined || stored.is_open) return savedAnswer(save, 'superseded', before ?? null, deadline)
    }
    if (!stored.is_open && stored.submitted_by !== 'deadline') {
      throw attemptSubmitted({ submittedAt: stored.submitted_at })
    }
    const { accepted_until: acceptedUntil } = stored
    if (stored.is_open && (acceptedUntil === null || acceptedUntil >= save.at)) return undefined
    throw timeOver({ deadline, acceptedUntil })
  }

  function counted(saved: SavedAnswer): SavedAnswer {
    if (saved.outcome === 'superseded') countSuperseded()
    else if (saved.isLate) countGrace()
    else countInTime()
    return saved
  }

  function failed(error: unknown): unknown {
    const reason = error instanceof Problem ? failureReasons[error.code] : 'fault'
    if (reason) countFailure({ reason })
    return error
  }

  return { saveAnswer, saveAnswers }
}

function savedAnswer(
  { attemptId, position, sequence, digest }: Save,
  outcome: SavedAnswer['outcome'],
  savedAt: string | null,
  deadline: string | null,
): SavedAnswer {
  const receipt: Receipt | null = savedAt === null ? null : { attemptId, position, sequence, savedAt, digest }
  return { position, outcome, isLate: savedAt !== null && deadline !== null && savedAt > deadline, receipt }
}
