using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.CsProj;
using Perfolizer.Horology;

namespace NetworkingSfc.Benchmarks;

/// <summary>The one configuration of the tables of record.</summary>
/// <remarks>
/// The layout of memory differs from process to process and moves a result with it, so one process is one sample:
/// every case is started ten times. That needs a toolchain that builds and starts executables; the in-process one
/// would measure ten times the same layout. Inside a process iterations are alike, so they are few and
/// short; an invocation is thousands of packets, so what calling it takes is not measured either.
/// </remarks>
internal sealed class RecordConfig : ManualConfig
{
    private const int ProcessesPerCase = 10;
    private const int IterationMilliseconds = 50;
    private const int Warmups = 2;
    private const int Iterations = 5;

    public RecordConfig()
    {
        AddJob(Job.Default
            .WithToolchain(CsProjCoreToolchain.NetCoreApp10_0)
            .WithLaunchCount(ProcessesPerCase)
            .WithIterationTime(TimeInterval.FromMilliseconds(IterationMilliseconds))
            .WithWarmupCount(Warmups)
            .WithIterationCount(Iterations)
            .WithEvaluateOverhead(false)
            .AsDefault());
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddColumn(StatisticColumn.Min, StatisticColumn.Median, StatisticColumn.Max);
        AddExporter(MarkdownExporter.GitHub);
        AddLogger(ConsoleLogger.Default);
        AddAnalyser([.. DefaultConfig.Instance.GetAnalysers()]);
        AddValidator([.. DefaultConfig.Instance.GetValidators()]);
    }
}
