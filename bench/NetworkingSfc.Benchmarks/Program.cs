using BenchmarkDotNet.Running;
using NetworkingSfc.Benchmarks.Control;

namespace NetworkingSfc.Benchmarks;

internal static class Program
{
    private static int Main(string[] args)
    {
        // Whole runs by the clock, started by bench/control.
        if (args is ["control-scale"])
        {
            return ScaleRun.RunAsync().GetAwaiter().GetResult();
        }

        // A run that matched nothing, did not build or broke off must not look like a run of record.
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new RecordConfig()).ToArray();
        bool listed = args.Contains("--list") || args.Contains("--help");
        bool complete = summaries.Length > 0 && summaries.All(summary =>
            !summary.HasCriticalValidationErrors && summary.Reports.Length > 0 && summary.Reports.All(report => report.Success));
        return listed || complete ? 0 : 1;
    }
}
