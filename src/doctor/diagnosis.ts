import { ConfigError, loadConfig } from '../config.ts'
import { allChecks } from './all-checks.ts'
import { type Check, fail, ok } from './check.ts'
import { examine, type Result } from './examine.ts'
import { openPatient } from './open-patient.ts'
import { redactionOf } from './redaction.ts'

/** The check of what all others rest on. */
export const configurationCheck: Omit<Check, 'look'> = {
  id: 'configuration.valid',
  meaning: 'Every setting is one that the product accepts: otherwise it does not start.',
  fix: 'Put right in .env what is named here. All settings: node src/main.ts config --reference',
}

/** Examines the product that `environment` describes. Resolves in about three times `timeoutMs` at the latest. */
export async function diagnose(
  environment: Readonly<Record<string, string | undefined>>,
  timeoutMs: number,
  checks: readonly Check[] = allChecks,
): Promise<Result[]> {
  const config = configOf(environment)
  if (config instanceof ConfigError) {
    const reason = `${configurationCheck.id} failed`
    const others = checks.map(({ id, meaning, fix }) => ({
      id,
      status: 'skipped' as const,
      found: reason,
      meaning,
      fix,
    }))
    return [{ ...configurationCheck, ...fail(config.mistakes.join(' | ')) }, ...others]
  }
  const patient = openPatient(config, environment, timeoutMs)
  try {
    const results = await examine(checks, patient, { timeoutMs, redact: redactionOf(patient.config) })
    return [{ ...configurationCheck, ...ok('all settings are valid') }, ...results]
  } finally {
    await patient.close()
  }
}

function configOf(environment: Readonly<Record<string, string | undefined>>) {
  try {
    return loadConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}
