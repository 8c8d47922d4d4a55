import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openApiDocument } from '#platform/http/reference/openapi.ts'
import { listMetrics } from '#platform/metrics/metric-list.ts'
import { openAdapters } from '../adapters.ts'
import { createApp } from '../app.ts'
import { loadConfig } from '../config.ts'
import { API_PREFIX, referenceInfo } from '../reference.ts'

/** What the product would serve with the default settings, whatever this machine's environment says. */
export async function describeProduct() {
  const directory = await mkdtemp(join(tmpdir(), 'lms-backend-reference-'))
  const config = loadConfig({
    SECRET_KEY: 'signs nothing, but has the right length',
    DATABASE_URL: 'sqlite::memory:',
    DATA_DIR: directory,
    LOG_LEVEL: 'silent',
    STRICT_ROUTER_IMPORTS: 'true',
  })
  const adapters = await openAdapters(config)
  const { server } = await createApp(config, adapters)
  try {
    await server.ready()
    return {
      openApi: openApiDocument(server.routeCatalogue, API_PREFIX, referenceInfo),
      metrics: await listMetrics(adapters.metrics),
    }
  } finally {
    await server.close()
    await adapters.close()
    await rm(directory, { recursive: true, force: true })
  }
}
