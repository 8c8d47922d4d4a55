import type { Readiness } from '../readiness.ts'
import type { Server } from '../server.ts'
import { type Html, html, htmlPage, pagePolicy } from './page.ts'

export interface StartPageDeps {
  readonly productName: string
  readonly version: string
  readonly apiPrefix: string
  readonly servesReference: boolean
  readonly servesMetrics: boolean
  readonly readiness: () => Promise<Readiness>
}

/** `GET /`: what runs here, whether it is ready, and where to go on. For people who open the address in a browser. */
export async function startPage(app: Server, deps: StartPageDeps): Promise<void> {
  app.get('/', { config: { duringMaintenance: true }, schema: { hide: true } }, async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .header('content-security-policy', pagePolicy)
      .type('text/html; charset=utf-8')
      .send(htmlPage(deps.productName, contentOf(deps, await deps.readiness()))),
  )
}

function contentOf(deps: StartPageDeps, { status, release, components, leftOut, maintenance }: Readiness): Html {
  const links: [boolean, string, string, string][] = [
    [deps.servesReference, '/docs', 'API reference', 'Every operation, to read and to try'],
    [true, `${deps.apiPrefix}/openapi.json`, 'OpenAPI document', 'The same for tools and generated clients'],
    [true, '/problems', 'Problems', 'Every refusal of the API, and what to do about it'],
    [true, `${deps.apiPrefix}/ready`, 'Readiness', 'Should this process get traffic'],
    [true, `${deps.apiPrefix}/health`, 'Health', 'Is this process alive'],
    [deps.servesMetrics, '/metrics', 'Metrics', 'For Prometheus'],
  ]
  return html`<h1>${deps.productName}</h1>
<p class="faint">LMS Backend ${deps.version}, release ${release}</p>
<p>${status === 'ready' ? html`<span class="state good">ready</span>` : html`<span class="state bad">not ready</span>`}</p>
${maintenance ? html`<p><span class="state bad">under maintenance</span> ${maintenance.message}</p>` : ''}
<h2>Components</h2>
<ul>
${Object.entries(components).map(([name, { status, reason }]) => component(name, status, reason))}
${leftOut.map((name) => component(name, 'down', 'left out: it could not be set up'))}
</ul>
<h2>Go on</h2>
<ul>
${links.filter(([isServed]) => isServed).map(([, href, name, text]) => html`<li><a href="${href}">${name}</a> <span class="faint">${text}</span></li>`)}
</ul>`
}

function component(name: string, status: 'up' | 'down', reason = ''): Html {
  const className = status === 'up' ? 'good' : 'bad'
  return html`<li>${name} <span class="state ${className}">${status}</span> <span class="faint">${reason}</span></li>`
}
