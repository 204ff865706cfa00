/** Issues that the demo's coding agent works on. */
export interface CodingTask {
  readonly title: string;
  readonly repository: string;
  readonly file: string;
  readonly symbol: string;
  readonly test: string;
  readonly report: string;
  readonly finding: string;
  readonly before: string;
  readonly after: string;
  readonly failure: string;
}

export const codingTasks: readonly CodingTask[] = [
  {
    title: 'Duplicate invoices after a webhook is retried',
    repository: 'ledgerline/billing',
    file: 'src/webhooks/invoice_paid.py',
    symbol: 'handle_invoice_paid',
    test: 'tests/webhooks/test_invoice_paid.py::test_retry_is_idempotent',
    report:
      'When the payment provider retries `invoice.paid`, we book the invoice twice. Three customers saw a doubled total this week. Please make the handler idempotent and cover it with a test.',
    finding:
      'The handler inserts a ledger row before it looks for the event id. A second delivery therefore passes the insert and only then notices that the event is known.',
    before: 'entry = Ledger.create(invoice_id=event.invoice, amount=event.amount)\nSeen.remember(event.id)',
    after:
      'if not Seen.remember(event.id):\n    return Response(200)\nentry = Ledger.create(invoice_id=event.invoice, amount=event.amount)',
    failure: 'AssertionError: expected 1 ledger entry, found 2',
  },
  {
    title: 'Search drops the last page of results',
    repository: 'atlas-docs/search',
    file: 'packages/query/src/paginate.ts',
    symbol: 'paginate',
    test: 'packages/query/test/paginate.test.ts',
    report:
      'A query with 41 hits shows pages 1 to 4 of ten results each. The 41st hit cannot be reached from the interface, although the API returns it.',
    finding:
      'The page count is computed with Math.floor. Whenever the hits are not a multiple of the page size, the last, partly filled page is lost.',
    before: 'const pages = Math.floor(total / pageSize);',
    after: 'const pages = Math.max(1, Math.ceil(total / pageSize));',
    failure: 'expected 4 to be 5 // Object.is equality',
  },
  {
    title: 'Time zone shifts birthdays by one day',
    repository: 'carebase/patients',
    file: 'app/models/concerns/dated.rb',
    symbol: 'parse_birthday',
    test: 'spec/models/patient_spec.rb:88',
    report:
      'Patients registered from Lisbon in summer have a birthday that is one day early on the printed form. The value in the database is right in UTC and wrong in local time.',
    finding:
      'A birthday is a date without a time, but it is parsed as midnight in the zone of the server and converted to UTC, which lands on the day before.',
    before: 'Time.zone.parse(value).utc.to_date',
    after: 'Date.iso8601(value)',
    failure: 'expected: Fri, 12 Jul 1991\n     got: Thu, 11 Jul 1991',
  },
  {
    title: 'Upload worker leaks file handles',
    repository: 'northwind/media-pipeline',
    file: 'internal/upload/worker.go',
    symbol: 'processPart',
    test: 'internal/upload/worker_test.go:TestHandlesAreClosed',
    report:
      'After about six hours the upload worker dies with "too many open files". Restarting helps until the next day. The count in /proc grows by one for every part that fails its checksum.',
    finding:
      'The early return on a checksum mismatch leaves before the deferred Close is registered, because the defer stands below the check.',
    before: 'if !sum.Matches(part) {\n\treturn ErrChecksum\n}\ndefer f.Close()',
    after: 'defer f.Close()\nif !sum.Matches(part) {\n\treturn ErrChecksum\n}',
    failure: 'worker_test.go:61: 12 handles still open after Stop()',
  },
  {
    title: 'Rounding error in the currency converter',
    repository: 'tradewind/rates',
    file: 'src/convert.rs',
    symbol: 'convert_minor',
    test: 'tests/convert.rs::round_trip_is_exact',
    report:
      'Converting 1.15 EUR to USD and back yields 1.14 EUR. Finance noticed it in the monthly reconciliation: 312 transactions are off by one cent.',
    finding:
      'Minor units are multiplied as f64 and truncated by the cast. Both directions lose up to one cent and the losses add up.',
    before: '(amount as f64 * rate) as i64',
    after: '(Decimal::from(amount) * rate).round_dp_with_strategy(0, MidpointNearestEven).to_i64()?',
    failure: 'assertion `left == right` failed\n  left: 114\n right: 115',
  },
  {
    title: 'Dark mode flickers on first load',
    repository: 'pagewright/site',
    file: 'src/theme/provider.tsx',
    symbol: 'ThemeProvider',
    test: 'e2e/theme.spec.ts',
    report:
      'With a dark system theme the landing page is white for a moment before it turns dark. It is worst on slow phones, where the flash lasts almost a second.',
    finding:
      'The theme is applied in an effect, so the first paint always has the default. It has to be set before React renders, by a script in the document head.',
    before: 'useEffect(() => { document.documentElement.dataset.theme = preferred(); }, []);',
    after:
      "<script dangerouslySetInnerHTML={{ __html: applyStoredTheme.toString() + '();applyStoredTheme()' }} />",
    failure: 'Expected background rgb(16, 18, 22) at first paint, received rgb(255, 255, 255)',
  },
  {
    title: 'Cache serves another tenant after a rename',
    repository: 'hallmark/directory',
    file: 'service/src/main/kotlin/cache/TenantCache.kt',
    symbol: 'TenantCache.keyFor',
    test: 'TenantCacheTest.rename keeps tenants apart',
    report:
      'A tenant that was renamed to a slug that had been used before sees the member list of the former owner for up to five minutes. This is a security issue: please treat it as urgent.',
    finding:
      'The cache key is built from the slug. Slugs can be reused, ids cannot; the key has to be the tenant id.',
    before: 'fun keyFor(tenant: Tenant) = "members:" + tenant.slug',
    after: 'fun keyFor(tenant: Tenant) = "members:" + tenant.id',
    failure: 'expected: <[ana, bo]> but was: <[cleo, dmitri]>',
  },
  {
    title: 'CSV import stops at the first quoted line break',
    repository: 'fieldnotes/importer',
    file: 'lib/importer/csv_stream.ex',
    symbol: 'CsvStream.rows/1',
    test: 'test/importer/csv_stream_test.exs:34',
    report:
      'Files exported from spreadsheets contain line breaks inside quoted cells. Our importer takes them for the end of a row and rejects everything behind them as malformed.',
    finding:
      'Rows are split with String.split on newline before the quotes are looked at. The splitting has to know whether it is inside a quoted cell.',
    before: 'data |> String.split("\\n") |> Stream.map(&parse_row/1)',
    after: 'data |> Stream.unfold(&next_row/1)',
    failure: '** (Importer.MalformedRow) row 3: expected 6 columns, found 2',
  },
  {
    title: 'Retry loop hammers the mail server',
    repository: 'postbox/dispatch',
    file: 'dispatch/retry.py',
    symbol: 'send_with_retry',
    test: 'tests/test_retry.py::test_backoff_grows',
    report:
      'When the relay answers 451 we try again at once, up to fifty times. The relay has put our address on its block list twice this month.',
    finding:
      'The delay is computed but never awaited: `asyncio.sleep(delay)` is called without await, so the coroutine is created and thrown away.',
    before: 'asyncio.sleep(delay)',
    after: 'await asyncio.sleep(delay * random.uniform(0.5, 1.5))',
    failure: 'assert 0.004 >= 1.0  # elapsed seconds for three attempts',
  },
  {
    title: 'Deleted comments stay in the activity feed',
    repository: 'roundtable/forum',
    file: 'src/feed/build.ts',
    symbol: 'buildFeed',
    test: 'src/feed/build.test.ts',
    report:
      'A comment that a moderator has removed is still quoted in the activity feed of everybody who follows the thread. Reloading does not help.',
    finding:
      'The feed joins comments without the `deleted_at` filter that the thread view has. The filter belongs into the shared query, not into each caller.',
    before: "db.selectFrom('comment').where('thread_id', 'in', threads)",
    after: "visibleComments(db).where('thread_id', 'in', threads)",
    failure: "expected [ 'first', 'removed' ] to deeply equal [ 'first' ]",
  },
];
