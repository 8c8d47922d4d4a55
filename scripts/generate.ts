import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { observabilityFiles } from '../ops/observability/files.ts'
import { exporterMetrics, metricUses } from '../ops/observability/uses.ts'
import { describeProduct } from '../src/commands/describe-product.ts'
import { metricsReference } from '../src/commands/metrics-reference.ts'
import { configurationReference, environmentExample } from '../src/config-reference.ts'
import { checksReference } from '../src/doctor/checks-reference.ts'
import { postmanCollection, postmanEnvironment } from './postman-collection.ts'
import { productionExample } from './production-example.ts'

const help = `Usage: node scripts/generate.ts [--check]

  (nothing)   writes every generated file anew
  --check     writes nothing; names the files that are out of date and ends with exit code 1 if there are any
`

const root = join(import.meta.dirname, '..')

/** Every generated file and what makes it; add a row for another one. */
async function generatedFiles(): Promise<Record<string, string>> {
  const { openApi, metrics } = await describeProduct()
  return {
    '.env.example': environmentExample(),
    '.env.production.example': productionExample(),
    'docs/reference/configuration.md': configurationReference(),
    'docs/operations/doctor.md': checksReference(),
    'docs/reference/metrics.md': metricsReference(metrics, exporterMetrics(), metricUses()),
    ...observabilityFiles(),
    'postman/lms-backend.postman_collection.json': await postmanCollection(openApi),
    'postman/local.postman_environment.json': postmanEnvironment(),
    'docs/reference/openapi.json': `${JSON.stringify(openApi, null, 2)}\n`,
  }
}

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const stale = Object.entries(await generatedFiles()).filter(([path, content]) => read(path) !== content)
  if (values.check) {
    for (const [path] of stale) process.stderr.write(`${path} is out of date: run "npm run generate" and commit it.\n`)
    return stale.length > 0 ? 1 : 0
  }
  for (const [path, content] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
    process.stdout.write(`Wrote ${path}\n`)
  }
  if (stale.length === 0) process.stdout.write('Everything is up to date.\n')
  return 0
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return undefined
  }
}
