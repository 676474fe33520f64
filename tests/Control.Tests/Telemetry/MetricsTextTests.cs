using NetworkingSfc.Control.Telemetry;

namespace NetworkingSfc.Control.Tests.Telemetry;

public sealed class MetricsTextTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        const string awkward = "a\"b\\c\nd{e},f=\"g\" ü\\n";
        MetricsText text = new();
        text.Family("sfc_a_total", "counter", "One \\ and\nanother.");
        text.Comment("for people");
        text.Sample("sfc_a_total", 1e18, ("name", awkward), ("hop", "1"));
        text.Family("sfc_b", "gauge", "Plain.");
        text.Sample("sfc_b", -0.25);
        text.Family("sfc_c_seconds", "histogram", "Times.");
        text.Histogram("sfc_c_seconds", [0.5, 1], [2, 0, 3], 7.5, ("worker", "0"));

        MetricsParser read = MetricsParser.Parse(text.ToString());
        Assert.Equal(1e18, read.Samples[$"sfc_a_total{{name=\"{awkward}\",hop=\"1\"}}"]);
        Assert.Equal(-0.25, read.Samples["sfc_b"]);
        Assert.Equal((2, 2, 5), (
            read.Samples["sfc_c_seconds_bucket{worker=\"0\",le=\"0.5\"}"], read.Samples["sfc_c_seconds_bucket{worker=\"0\",le=\"1\"}"], read.Samples["sfc_c_seconds_bucket{worker=\"0\",le=\"+Inf\"}"]));
        Assert.Equal((7.5, 5), (read.Samples["sfc_c_seconds_sum{worker=\"0\"}"], read.Samples["sfc_c_seconds_count{worker=\"0\"}"]));
    }
}
