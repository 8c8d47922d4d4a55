import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { lockCourseFor, requireCourseRight } from '#modules/courses/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { formatDecimal, parseDecimal } from '#platform/decimal/decimal.ts'
import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { createCoverage } from '#platform/typesetting/coverage.ts'
import type { CertificatesDeps } from '../deps.ts'
import { placeholders, textOf, unknownPlaceholders } from '../issuing/content.ts'
import { issueDueCertificates } from '../jobs.ts'
import type { CertificateSettings, CertificateSettingsBody, CertificateTemplate } from '../schemas.ts'
import { lockSetting, type SettingRow, selectSetting, storeSetting } from './queries.ts'

export interface VersionedSettings {
  readonly version: number
  readonly body: CertificateSettings
}

/** What a course has that was never asked: no certificates, and texts to begin with. */
const initial: CertificateSettingsBody = {
  isEnabled: false,
  minimumPercent: null,
  heading: 'Certificate of Completion',
  text: 'This is to certify that\n{holder}\nhas completed the course\n{course}\non {date}.',
  accentColor: '#0b5cad',
  signatories: [],
  showsGrade: false,
  language: 'en',
  direction: 'ltr',
}

export function createSettings({ db, now }: Pick<CertificatesDeps, 'db' | 'now'>) {
  const missingCharacters = createCoverage()

  async function readSettings(caller: Principal, courseId: string): Promise<VersionedSettings> {
    await requireCourseRight(db, caller, courseId, 'see-roster')
    return versioned(courseId, await selectSetting(db, courseId))
  }

  /**
   * Replaces the settings. What was issued stays as it is; who has completed the course and has no certificate gets one.
   * `checkVersion` sees the version that is about to change.
   */
  async function changeSettings(
    caller: Principal,
    courseId: string,
    wanted: CertificateSettingsBody,
    checkVersion: (version: number) => void,
    actor: Actor,
  ): Promise<VersionedSettings> {
    const errors = [...placeholderErrors(wanted), ...languageErrors(wanted), ...characterErrors(wanted)]
    if (errors.length > 0) throw invalidRequest({ errors })
    const at = now()
    return inTransaction(db, async (tx) => {
      await lockCourseFor(tx, caller, courseId, 'edit')
      const before = await lockSetting(tx, courseId)
      checkVersion(before?.version ?? 0)
      const row = await storeSetting(tx, toRow(courseId, wanted, at))
      if (row.is_enabled) await enqueue(tx, issueDueCertificates, { courseId, afterEnrollmentId: '' }, at)
      const details = { isEnabled: row.is_enabled, wasEnabled: before?.is_enabled ?? false, version: row.version }
      await recordAudit(
        tx,
        actor,
        { action: 'certificate-settings.changed', subjectType: 'course', subjectId: courseId, details },
        at,
      )
      return versioned(courseId, row)
    })
  }

  function characterErrors({ heading, text, signatories }: CertificateTemplate): FieldError[] {
    const texts: [pointer: string, text: string][] = [
      ['/body/heading', heading],
      ['/body/text', text],
      ['/body/signatories', textOf({ heading: '', lines: [], signatories })],
    ]
    return texts.flatMap(([pointer, one]) => {
      const missing = missingCharacters(one)
      return missing.length > 0 ? [{ pointer, message: `has characters that no font has: ${missing.join(' ')}` }] : []
    })
  }

  return { readSettings, changeSettings }
}

/** The template that a course issues by now. */
export function toTemplate(row: SettingRow): CertificateTemplate {
  return {
    heading: row.heading,
    text: row.body,
    accentColor: row.accent_color,
    signatories: row.signatories,
    showsGrade: row.shows_grade,
    language: row.language,
    direction: row.direction,
  }
}

function versioned(courseId: string, row: SettingRow | undefined): VersionedSettings {
  if (!row) return { version: 0, body: { courseId, ...initial, updatedAt: null } }
  const body = {
    courseId,
    isEnabled: row.is_enabled,
    minimumPercent: row.minimum_percent === null ? null : formatDecimal(row.minimum_percent),
    ...toTemplate(row),
    updatedAt: row.updated_at,
  }
  return { version: row.version, body }
}

function toRow(courseId: string, wanted: CertificateSettingsBody, at: Date): Omit<SettingRow, 'version'> {
  return {
    course_id: courseId,
    is_enabled: wanted.isEnabled,
    heading: wanted.heading.normalize('NFC').trim(),
    body: wanted.text.normalize('NFC').trim(),
    accent_color: wanted.accentColor.toLowerCase(),
    signatories: wanted.signatories.map(({ name, role }) => ({ name: name.trim(), role: role.trim() })),
    shows_grade: wanted.showsGrade,
    minimum_percent: wanted.minimumPercent === null ? null : parseDecimal(wanted.minimumPercent),
    language: wanted.language,
    direction: wanted.direction,
    updated_at: at.toISOString(),
  }
}

function placeholderErrors({ text, showsGrade }: CertificateTemplate): FieldError[] {
  const pointer = '/body/text'
  const unknown = unknownPlaceholders(text)
  const known = placeholders.map((name) => `{${name}}`).join(', ')
  return [
    ...unknown.map((name) => ({ pointer, message: `has no placeholder {${name}}; there are ${known}` })),
    ...(text.includes('{holder}') ? [] : [{ pointer, message: 'must name the holder with {holder}' }]),
    ...(text.includes('{grade}') && !showsGrade
      ? [{ pointer, message: 'mentions {grade}, but showsGrade is false' }]
      : []),
  ]
}

function languageErrors({ language }: CertificateTemplate): FieldError[] {
  try {
    Intl.getCanonicalLocales(language)
    return []
  } catch {
    return [{ pointer: '/body/language', message: 'must be a BCP 47 language tag, such as en or zh-Hans' }]
  }
}
