using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Tests.Http;

/// <summary>Memory is measured for the whole process, so nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    private const int Rounds = 64;
    private const int BodyBytes = 2 << 20;
    /// <summary>What pools may keep; without an end it would be four times as much.</summary>
    private const long Kept = 256 << 20;

    [Fact]
    public async Task Large_bodies_are_read_refused_and_forgotten()
    {
        await using ControlHost host = await TestHost.StartAsync();
        using ApiClient client = new(host);
        string body = $"{{\"network\": {{\"name\": \"{new string('x', BodyBytes)}\"}}}}";
        string message = await client.RefusedAsync(400, "POST", "/v2.0/networks", body);
        Assert.InRange(message.Length, 0, 5000);
        Assert.EndsWith("exceeds maximum length of 255.", message, StringComparison.Ordinal);

        long before = Used();
        for (int round = 0; round < Rounds; round++)
        {
            await client.RefusedAsync(400, "POST", "/v2.0/networks", body);
        }

        Assert.InRange(Used() - before, long.MinValue, Kept);
        Assert.Same(ResourceSet.Empty, host.Current);
    }

    private static long Used()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
