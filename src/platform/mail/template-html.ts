import type { MailBlock } from './mail-block.ts'

interface HtmlPage {
  readonly subject: string
  readonly blocks: readonly MailBlock[]
  readonly productName: string
  readonly homeUrl: string
  readonly language: string
}

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const body = `margin:0 0 16px;${font};font-size:16px;line-height:24px;color:#1f2933`
const faint = `margin:0 0 16px;${font};font-size:13px;line-height:20px;color:#5b6672`
const breakAnywhere = 'overflow-wrap:anywhere;word-break:break-word'

// Mail programs drop style sheets or keep them as they like: all that matters is inline, and the only sheet turns the
// colours for programs that show dark mails. Layout by table is what Outlook's Word engine understands.
const darkStyles = [
  ':root{color-scheme:light dark;supported-color-schemes:light dark}',
  '@media (prefers-color-scheme:dark){',
  '.page{background:#12161b!important}.card{background:#1c222a!important;border-color:#323b46!important}',
  '.ink{color:#e6e9ed!important}.faint{color:#a3adb8!important}.link{color:#8fb4ff!important}',
  '.code{background:#12161b!important;border-color:#323b46!important}}',
].join('')

/** Expects cleaned blocks. The result refers to no image, font, script or style sheet. */
export function renderHtml(page: HtmlPage): string {
  const title = escapeHtml(page.subject)
  const rows = page.blocks.map(blockHtml).join('\n')
  return `<!doctype html>
<html lang="${escapeHtml(page.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
<style>${darkStyles}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f2f4f7">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="page" align="center" style="padding:24px 12px;background:#f2f4f7">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px"><tr>
<td class="card" style="padding:32px 32px 16px;text-align:left;text-align:start;background:#ffffff;border:1px solid #dde2e8;border-radius:8px">
${rows}
</td>
</tr><tr>
<td align="center" style="padding:16px 12px">
<p class="faint" dir="auto" style="${faint}"><a class="faint" href="${escapeHtml(page.homeUrl)}" style="color:#5b6672">${escapeHtml(page.productName)}</a></p>
</td>
</tr></table>
</td>
</tr></table>
</body>
</html>
`
}

function blockHtml(block: MailBlock): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p class="ink" dir="auto" style="${body};${breakAnywhere}">${escapeHtml(block.text)}</p>`
    case 'smallPrint':
      return `<p class="faint" dir="auto" style="${faint};${breakAnywhere}">${escapeHtml(block.text)}</p>`
    case 'button':
      return buttonHtml(escapeHtml(block.label), escapeHtml(block.url))
    case 'code':
      return `<p class="ink code" dir="ltr" style="margin:0 0 16px;padding:12px 16px;background:#f2f4f7;border:1px solid #dde2e8;border-radius:6px;font-family:Consolas,Menlo,monospace;font-size:22px;line-height:28px;color:#1f2933;${breakAnywhere}">${escapeHtml(block.code)}</p>`
    case 'list':
      return `<ul style="margin:0 0 16px;padding:0 0 0 24px">${block.items.map(itemHtml).join('')}</ul>`
  }
}

function itemHtml(item: string): string {
  return `<li class="ink" dir="auto" style="${body};margin:0 0 4px;${breakAnywhere}">${escapeHtml(item)}</li>`
}

/** The address is repeated in full below the button, for programs that do not draw or follow it. */
function buttonHtml(label: string, url: string): string {
  return `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 12px"><tr>
<td bgcolor="#1d4ed8" style="border-radius:6px"><a href="${url}" dir="auto" style="display:inline-block;padding:12px 24px;${font};font-size:16px;line-height:20px;font-weight:600;color:#ffffff;text-decoration:none">${label}</a></td>
</tr></table>
<p class="faint" dir="ltr" style="${faint};${breakAnywhere}"><a class="link" href="${url}" style="color:#1d4ed8">${url}</a></p>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
