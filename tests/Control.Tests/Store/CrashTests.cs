using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Store;

/// <summary>kill -9 at any point: the state is the last answered one, or that plus the one change under way, whole.</summary>
public sealed class CrashTests
{
    private const int Rounds = 200;
    private const int LongestRunMilliseconds = 250;
    private const int LongestStartMilliseconds = 1500;

    [Fact]
    public async Task Answered_changes_survive_being_killed()
    {
        Random random = new(7);
        ApiModel model = new(random);
        using DataDirectory directory = new();
        for (int round = 0; round < LongRun.Scale(Rounds); round++)
        {
            if (round % 4 == 0)
            {
                await KillWhileStartingAsync(directory, random);
            }

            using StoreProcess process = StoreProcess.Start(directory.Path);
            Uri? address = await process.AddressAsync();
            Assert.True(address is not null, $"The server did not start in round {round}.");
            using HttpClient client = new() { BaseAddress = address };
            await model.CompareAsync(client);
            Task streaming = model.StreamAsync(client);
            await Task.Delay(random.Next(LongestRunMilliseconds), TestContext.Current.CancellationToken);
            await process.KillAsync();
            await streaming;
            Assert.All(directory.Files().Keys, name => Assert.Matches(@"^state\.db(-wal|-shm)?$|\.log$", name));
        }

        Assert.True(model.Answered > LongRun.Scale(Rounds), $"Only {model.Answered} changes were answered.");
    }

    private static async Task KillWhileStartingAsync(DataDirectory directory, Random random)
    {
        using StoreProcess process = StoreProcess.Start(directory.Path);
        await Task.Delay(random.Next(LongestStartMilliseconds), TestContext.Current.CancellationToken);
        await process.KillAsync();
    }
}
