import { describe, expect, test } from 'vitest';
import { HtmlLinks } from './html-links.ts';
import { rewrittenLink } from './link-rewriting.ts';

/** What becomes of a page that comes in pieces of `size` bytes. */
async function rewritten(page: string, size = page.length): Promise<string> {
  const links = new HtmlLinks((link) => (link.startsWith('/') ? `/p${link}` : link));
  const bytes = Buffer.from(page);
  const read: Buffer[] = [];
  links.on('data', (chunk: Buffer) => read.push(chunk));
  for (let at = 0; at < bytes.length; at += Math.max(size, 1)) links.write(bytes.subarray(at, at + size));
  links.end();
  await new Promise((resolve) => links.once('end', resolve));
  return Buffer.concat(read).toString();
}

describe('links of a page', () => {
  test.each([
    ['<a href="/x">', '<a href="/p/x">'],
    ["<a class=b href='/x' id=c>", '<a class=b href="/p/x" id=c>'],
    ['<A HREF=/x?a=1#b >t</A>', '<A HREF="/p/x?a=1#b" >t</A>'],
    ['<img\nsrc = "/x"\tusemap=/y/>', '<img\nsrc = "/p/x"\tusemap="/p/y/">'],
    ['<form action=" /x ">', '<form action="/p/x">'],
    ['<a href="/x&amp;y">', '<a href="/p/x&amp;y">'],
    ['<video poster="/a" src="/b">', '<video poster="/p/a" src="/p/b">'],
  ])('%s → %s', async (page, expected) => {
    expect(await rewritten(page)).toBe(expected);
  });

  test.each([
    '<a href="x">',
    '<a title="/x">',
    '<b href="/x">',
    '<a data-href="/x">',
    '<!-- <a href="/x"> -->',
    '<!DOCTYPE html SYSTEM "/x">',
    '</a href="/x">',
    '<script>"<a href=\'/x\'>"</script>',
    '<STYLE>a::after{content:"<a href=/x>"}</sTyle >',
    '<textarea><a href="/x"></textarea>',
    'a < b && c > d <',
    '<a href="/x',
    '<a href',
    'ü€𝒳 \0',
    '',
  ])('%s stays', async (page) => {
    expect(await rewritten(page)).toBe(page);
  });

  test('are found wherever a page is cut', async () => {
    const page =
      '<p>é</p><!--<a href="/no">--><a id=1 href="/x">t</a><script src=/s>if(a<b)"</scrip<a href=/n>"</script><a href=/y>';
    const expected = page
      .replace('href="/x"', 'href="/p/x"')
      .replace('src=/s', 'src="/p/s"')
      .replace('href=/y', 'href="/p/y"');
    for (let size = 1; size <= 12; size++) expect(await rewritten(page, size)).toBe(expected);
  });

  test('a tag without an end goes on as it is, and is not kept', async () => {
    const page = `<a href="${'/'.repeat(200_000)}`;
    const links = new HtmlLinks(() => 'never');
    let size = 0;
    links.on('data', (chunk: Buffer) => (size += chunk.length));
    for (let at = 0; at < page.length; at += 10_000) links.write(page.slice(at, at + 10_000));
    expect(page.length - size).toBeLessThan(80_000);
    links.end();
  });
});

describe('a link', () => {
  const links = { prefix: '/api/proxy', hosts: { backend: '10.0.0.1:80', client: 'localhost:8080' } };

  test.each([
    ['/a/b?c=d#e', '/api/proxy/a/b?c=d#e'],
    ['/', '/api/proxy/'],
    ['http://10.0.0.1:80/a', '/api/proxy/a'],
    ['//10.0.0.1:80/a', '/api/proxy/a'],
    ['https://localhost:8080/a/', 'https://localhost:8080/api/proxy/a/'],
    ['http://localhost:8080/api/proxy/a', 'http://localhost:8080/api/proxy/a'],
    ['/api/proxy', '/api/proxy'],
    ['/api/proxying', '/api/proxy/api/proxying'],
  ])('%s leads through the proxy: %s', (link, expected) => {
    expect(rewrittenLink(link, links)).toBe(expected);
  });

  test.each(['a/b', '', '?x', '#y', 'http://other/a', '//other/a', 'mailto:a@b', 'http://10.0.0.1/a', 'javascript:x'])(
    '%s leads where it led',
    (link) => {
      expect(rewrittenLink(link, links)).toBe(link);
    },
  );
});
