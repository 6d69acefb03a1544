/** Vitest reporter: names the tests that failed, and those that passed only at their second try, after all other output. */
export default class ListTroubledTests {
  onTestRunEnd(modules) {
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const isFailed = test.result().state === 'failed';
        if (!isFailed && !test.diagnostic()?.flaky) continue;
        const [error] = test.result().errors ?? [];
        const why = (error?.message ?? '').split('\n')[0].slice(0, 300);
        process.stdout.write(
          `${isFailed ? 'FAILED' : 'PASSED AT THE SECOND TRY'}: ${module.relativeModuleId} > ${test.fullName}: ${why}\n`,
        );
      }
    }
  }
}
