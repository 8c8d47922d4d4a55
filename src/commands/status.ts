import { loadConfig } from '../config.ts'
import { openPatient } from '../doctor/open-patient.ts'
import { statusLines } from '../doctor/status-lines.ts'

export const statusHelp = `Usage: node src/main.ts status

What runs, in a few lines: release, API and its readiness, maintenance, database, Redis, jobs, mail, files,
administrators. For what is wrong and how to fix it: node src/main.ts doctor

Exit code 0: the API is ready; 1: it is not, or does not answer.
`

const TIMEOUT_MS = 5000

/** Prints the lines; exit code 1 unless the API on PORT is ready. */
export async function printStatus(): Promise<number> {
  const patient = openPatient(loadConfig(process.env), process.env, TIMEOUT_MS)
  try {
    const { lines, isReady } = await statusLines(patient, `http://127.0.0.1:${patient.config.PORT}`, TIMEOUT_MS)
    process.stdout.write(lines.map((line) => `${line}\n`).join(''))
    return isReady ? 0 : 1
  } finally {
    await patient.close()
  }
}
