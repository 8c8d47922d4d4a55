import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { createHarness } from '#support/harness.ts'

/** Every way in that this list's authors know of; none may leave a trace of what would run, load or submit. */
const hostile = [
  '<script>alert(1)</script>',
  '<SCRIPT SRC=https://evil.example/x.js></SCRIPT>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<img src=x onerror=alert(1)>',
  '<img src="https://ok.example/a.png" onload="alert(1)" style="width:1px">',
  '<img src="javascript:alert(1)">',
  '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
  '<img src="http://plain.example/a.png">',
  '<img src="//evil.example/a.png">',
  '<img src="/api/v1/courses" srcset="https://evil.example/a.png 2x">',
  '<a href="javascript:alert(1)">x</a>',
  '<a href=" &#106;avascript:alert(1)">x</a>',
  '<a href="jav&#x09;ascript:alert(1)">x</a>',
  '<a href="java\nscript:alert(1)">x</a>',
  '<a href="JaVaScRiPt:alert(1)">x</a>',
  '<a href="vbscript:msgbox(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<a href="//evil.example">x</a>',
  '<a href="/\\evil.example">x</a>',
  '<a href="\\\\evil.example">x</a>',
  '<a href="x.html">x</a>',
  '<a href="https://ok.example" target="_blank" rel="opener" onclick="alert(1)">x</a>',
  '<svg><script>alert(1)</script></svg>',
  '<svg onload=alert(1)>',
  '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
  '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
  '<iframe src="https://evil.example"></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="https://evil.example/x.swf"></object><embed src="https://evil.example/x.swf">',
  '<form action="https://evil.example"><input name="password"><button formaction="javascript:alert(1)">x</button></form>',
  '<style>*{background:url(https://evil.example)}</style>',
  '<p style="background:url(javascript:alert(1));position:fixed">x</p>',
  '<link rel="stylesheet" href="https://evil.example/x.css"><meta http-equiv="refresh" content="0;url=https://evil.example">',
  '<base href="https://evil.example/">',
  '<video src="https://evil.example/x.mp4" onerror="alert(1)"></video><audio src=x onerror=alert(1)>',
  '<details open ontoggle=alert(1)>x</details>',
  '<div id="x" name="y" class="admin" data-x="1" onmouseover="alert(1)">x</div>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<textarea><img src=x onerror=alert(1)></textarea><title><img src=x onerror=alert(1)></title>',
  '<xmp><img src=x onerror=alert(1)></xmp><template><script>alert(1)</script></template>',
  '<!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[<img src=x onerror=alert(1)>]]>',
  '<img """><script>alert(1)</script>">',
  '<a href="https://ok.example/?a=1&quot; onclick=&quot;alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[x](<java\tscript:alert(1)>)',
  '[x][1]\n\n[1]: javascript:alert(1)',
  '![x](javascript:alert(1))',
  '![x](data:image/png;base64,AAAA)',
  '![x](https://ok.example/a.png" onerror="alert(1))',
  '<javascript:alert(1)>',
  '```"><script>alert(1)</script>\nx\n```',
  '`<script>alert(1)</script>`',
  '[x](https://ok.example "title\\" onmouseover=\\"alert(1)")',
]

const allowedTags = new Set(
  (
    'h1 h2 h3 h4 h5 h6 p div span br hr blockquote pre code kbd samp ul ol li dl dt dd table caption thead tbody tfoot tr ' +
    'th td a img figure figcaption strong em b i u s del ins sub sup mark abbr cite q small time var details summary'
  ).split(' '),
)
const allowedAttributes = new Set(
  'href title rel src alt width height loading start align colspan rowspan scope datetime lang dir class'.split(' '),
)

/** Reads the tags as a browser's tokeniser would: the judge must not be the library that is judged. */
function faults(html: string): string[] {
  const found: string[] = []
  for (const [, name = '', rest = ''] of html.matchAll(/<\/?([^\s/>]*)((?:"[^"]*"|'[^']*'|[^'">])*)>?/g)) {
    if (!allowedTags.has(name.toLowerCase())) found.push(`<${name}>`)
    for (const [, attribute = '', value = ''] of rest.matchAll(/([^\s=/"']+)(?:\s*=\s*"([^"]*)")?/g)) {
      if (!allowedAttributes.has(attribute)) found.push(`${name} ${attribute}`)
      if (attribute === 'href' && !/^(https?:\/\/|mailto:|#|\/[a-z])/i.test(value)) found.push(`href ${value}`)
      if (attribute === 'src' && !value.startsWith('https://')) found.push(`src ${value}`)
      if (attribute === 'class' && !/^language-[\w+#-]+$/.test(value)) found.push(`class ${value}`)
      if (attribute === 'rel' && value !== 'noopener noreferrer') found.push(`rel ${value}`)
    }
    if (name === 'a' && rest !== '' && !rest.includes('rel="noopener noreferrer"')) found.push(`a without rel: ${rest}`)
  }
  return found
}

describe('what authors write is shown without anything that runs, loads or submits', () => {
  for (const format of ['html', 'markdown'] as const) {
    test(`in pages written in ${format}`, async (t) => {
      const { signUp } = await createHarness(t)
      const author = await signUp('instructor')
      const { lessonIds } = await makeCourse(author)
      for (const source of hostile) {
        const response = await author.patch(`/lessons/${lessonIds[0]}`, { content: { format, source } })
        assert.equal(response.statusCode, 200, response.body)
        const { html } = response.json().content
        assert.deepEqual(faults(html), [], `${source}\nbecame\n${html}`)
      }
    })
  }

  test('in descriptions of courses', async (t) => {
    const { signUp } = await createHarness(t)
    const author = await signUp('instructor')
    const { courseId } = await makeCourse(author)
    const response = await author.patch(`/courses/${courseId}`, { description: hostile.join('\n\n') })
    assert.equal(response.statusCode, 200)
    assert.deepEqual(faults(response.json().descriptionHtml), [])
  })

  test('the judge of these tests sees what must not be there', () => {
    for (const source of [
      '<script>',
      '<img src=x>',
      '<p onclick="x">',
      '<a href="javascript:x" rel="noopener noreferrer">',
    ]) {
      assert.notDeepEqual(faults(source), [], source)
    }
  })
})

test('headings, tables, code, lists, links and https images stay', async (t) => {
  const { signUp } = await createHarness(t)
  const author = await signUp('instructor')
  const source = [
    '## Title',
    '| a | b |\n|:-:|---|\n| 1 | **2** |',
    '```c++\nint a < b;\n```',
    '1. one\n2. two\n\n- [x] done\n- [ ] open',
    '[link](https://example.org/?a=1&b=2 "tip") and ![alt](https://example.org/a.png)',
    '<details><summary>more</summary>H<sub>2</sub>O</details>',
  ].join('\n\n')
  const { lessonIds } = await makeCourse(author, { lessons: [{ content: { format: 'markdown', source } }] })
  const { html } = (await author.get(`/lessons/${lessonIds[0]}`)).json().content
  for (const part of [
    '<h2>Title</h2>',
    '<td align="center">1</td>',
    '<strong>2</strong>',
    '<pre><code class="language-c++">int a &lt; b;',
    '<ol>',
    '☑ done',
    '☐ open',
    '<a href="https://example.org/?a=1&amp;b=2" title="tip" rel="noopener noreferrer">link</a>',
    '<img src="https://example.org/a.png" alt="alt" loading="lazy" />',
    '<summary>more</summary>H<sub>2</sub>O',
  ]) {
    assert.ok(html.includes(part), `${part}\nis missing in\n${html}`)
  }
})
