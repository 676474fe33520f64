using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using NetworkingSfc.Control.FlowClassifiers;
using NetworkingSfc.Control.Hosting;
using NetworkingSfc.Control.Networks;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Control.Store;
using NetworkingSfc.Control.Store.Sqlite;

namespace NetworkingSfc.Control.Tests.Store;

public sealed class SqliteStateStoreTests : IDisposable
{
    private readonly DataDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Every_kind_of_resource_and_every_map_beside_them_is_kept() =>
        Assert.Equal([.. ResourceCatalog.All.Select(kind => kind.Plural), "uplinks", "functions", "quota_limits"], StoredKinds.All.Select(kind => kind.Name));

    [Fact]
    public async Task The_maps_beside_the_resources_come_back_and_go_when_they_are_emptied()
    {
        Guid network = Guid.NewGuid();
        Guid port = Guid.NewGuid();
        ServiceFunction function = new(FunctionKind.Rewrite) { SourceIp = new IpAddressValue(IpFamily.IPv4, 0x0a00_0001), DestinationPort = 80 };
        ResourceSet full = ResourceSet.Empty with
        {
            Revision = 1,
            Uplinks = ResourceSet.Empty.Uplinks.Add(network, port),
            Functions = ResourceSet.Empty.Functions.Add(port, function),
            QuotaLimits = ResourceSet.Empty.QuotaLimits.Add("blue", ImmutableDictionary<string, int>.Empty.Add("port_pair", -1)),
        };
        await SaveAsync(ResourceSet.Empty, full);

        ResourceSet reopened = Reopened();
        Assert.Equal(port, reopened.Uplinks[network]);
        Assert.Equal(function, reopened.Functions[port]);
        Assert.Equal(-1, reopened.QuotaLimits["blue"]["port_pair"]);

        await SaveAsync(reopened, ResourceSet.Empty with { Revision = 2 });
        Assert.Empty(Reopened().Uplinks);
    }

    [Fact]
    public void A_new_store_is_empty_and_holds_one_file_when_closed()
    {
        using (SqliteStateStore store = SqliteStateStore.Open(_directory.Path))
        {
            Assert.Equal(0, store.Load().Revision);
        }

        Assert.Equal([SqliteStateStore.FileName], _directory.Files().Keys);
        Assert.Equal(0, Reopened().Revision);
    }

    [Fact]
    public async Task Everything_that_a_set_holds_comes_back()
    {
        ResourceSet set = SampleState.Read();
        Assert.Contains(set.PortChains, chain => chain.ReversePathId is not null);
        await SaveAsync(ResourceSet.Empty, set);
        SampleState.AssertSame(set, Reopened());
    }

    [Fact]
    public async Task Order_and_content_survive_every_sequence_of_changes()
    {
        Random random = new(1);
        ResourceSet set = ResourceSet.Empty;
        for (int round = 0; round < 8; round++)
        {
            using (SqliteStateStore store = SqliteStateStore.Open(_directory.Path))
            {
                SampleState.AssertSame(set, store.Load());
                set = store.Load();
                for (int change = 0; change < 25; change++)
                {
                    ResourceSet next = Changed(set, random);
                    Assert.Null(await store.SaveAsync(set, next));
                    set = next;
                }
            }

            SampleState.AssertSame(set, Reopened());
        }
    }

    [Fact]
    public async Task A_set_that_shares_nothing_with_the_one_before_replaces_it()
    {
        await SaveAsync(ResourceSet.Empty, SampleState.Read(), SampleState.Read() with { Revision = 5 }, ResourceSet.Empty with { Revision = 6 });
        SampleState.AssertSame(ResourceSet.Empty with { Revision = 6 }, Reopened());
    }

    [Fact]
    public async Task A_change_writes_what_changed_and_nothing_else()
    {
        ResourceSet set = SampleState.Read();
        FlowClassifier renamed = set.FlowClassifiers.First() with { Name = "renamed" };
        List<(string, long)> cleared = [];
        List<StoredRow> added = [];
        ResourceSet next = set with { Revision = 2, FlowClassifiers = set.FlowClassifiers.With(renamed) };
        foreach (StoredKind kind in StoredKinds.All)
        {
            kind.Compare(set, next, cleared, added);
        }

        Assert.Equal([("flow_classifiers", 0)], cleared);
        Assert.Equal(renamed.IdText, Assert.Single(added).Id);
        await SaveAsync(ResourceSet.Empty, set, next);
        SampleState.AssertSame(next, Reopened());
    }

    [Fact]
    public async Task What_another_program_wrote_is_not_overwritten()
    {
        using SqliteStateStore store = SqliteStateStore.Open(_directory.Path);
        ResourceSet one = Changed(ResourceSet.Empty, new Random(1));
        Assert.Null(await store.SaveAsync(ResourceSet.Empty, one));
        ResourceSet two = Changed(one, new Random(2));
        Write("UPDATE state SET revision = revision + 1");
        ApiProblem? problem = await store.SaveAsync(one, two);
        Assert.Equal(503, problem?.Status);
        Assert.Contains("another program", problem!.Message, StringComparison.Ordinal);
        Write("UPDATE state SET revision = revision - 1");
        Assert.Null(await store.SaveAsync(one, two));
    }

    [Fact]
    public async Task A_removed_file_is_not_written_to()
    {
        using SqliteStateStore store = SqliteStateStore.Open(_directory.Path);
        File.Delete(_directory.Database);
        Assert.Equal(503, (await store.SaveAsync(ResourceSet.Empty, Changed(ResourceSet.Empty, new Random(1))))?.Status);
    }

    [Fact]
    public async Task A_host_goes_on_where_the_last_one_stopped()
    {
        for (int round = 1; round <= 2; round++)
        {
            using SqliteStateStore store = SqliteStateStore.Open(_directory.Path);
            await using ControlHost host = await TestHost.StartAsync(new ControlHostOptions { Store = store });
            using HttpClient client = new() { BaseAddress = host.Address };
            using StringContent body = new("""{"network": {"name": "n"}}""");
            using HttpResponseMessage made = await client.PostAsync("/v2.0/networks", body, TestContext.Current.CancellationToken);
            Assert.True(made.IsSuccessStatusCode);
            Assert.Equal((round, round), ((int)host.Current.Revision, host.Current.Networks.Count));
        }
    }

    [Fact]
    public async Task An_older_schema_is_brought_up_to_date_with_its_content()
    {
        ResourceSet set = SampleState.Read();
        await SaveAsync(ResourceSet.Empty, set);
        SqliteSchema next = new([.. SqliteSchema.Current.Steps, "UPDATE resource SET body = json_set(body, '$.description', 'migrated');"]);
        for (int round = 0; round < 2; round++)
        {
            using SqliteStateStore store = SqliteStateStore.Open(_directory.Path, next);
            Assert.All(ResourceCatalog.All.SelectMany(kind => kind.All(store.Load())), resource => Assert.Equal("migrated", resource.Description));
            Assert.Equal(set.Revision, store.Load().Revision);
        }

        Assert.Contains($"version {SqliteSchema.Current.Version + 1}", Assert.Throws<UnusableStoreException>(Reopened).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Networks_from_before_there_was_learning_are_static()
    {
        const string AsBefore = "UPDATE resource SET body = json_remove(body, '$.learns') WHERE kind = 'networks';";
        ResourceSet set = SampleState.Read();
        await SaveAsync(ResourceSet.Empty, set);
        using (SqliteStateStore.Open(_directory.Path, new([.. SqliteSchema.Current.Steps, AsBefore])))
        {
        }

        using SqliteStateStore store = SqliteStateStore.Open(_directory.Path, new([.. SqliteSchema.Current.Steps, AsBefore, SqliteSchema.Current.Steps[1]]));
        Assert.Equal([.. set.Networks.Select(network => network with { Learns = false })], [.. store.Load().Networks]);
    }

    [Fact]
    public async Task Groups_from_before_there_was_a_default_of_the_server_say_nothing_where_they_said_drop()
    {
        const string AsBefore = "UPDATE resource SET body = json_set(body, '$.on_empty', 'Drop') WHERE kind = 'port_pair_groups' AND body ->> '$.on_empty' IS NULL;";
        await SaveAsync(ResourceSet.Empty, SampleState.Read());
        using (SqliteStateStore.Open(_directory.Path, new([.. SqliteSchema.Current.Steps, AsBefore])))
        {
        }

        using SqliteStateStore store = SqliteStateStore.Open(_directory.Path, new([.. SqliteSchema.Current.Steps, AsBefore, SqliteSchema.Current.Steps[2]]));
        Assert.Equal([EmptyGroupAction.Skip, null, null, null], store.Load().PortPairGroups.Select(group => group.OnEmpty));
    }

    [Fact]
    public async Task A_schema_step_that_fails_changes_nothing()
    {
        await SaveAsync(ResourceSet.Empty, SampleState.Read());
        SortedDictionary<string, string> before = _directory.Files();
        SqliteSchema broken = new([.. SqliteSchema.Current.Steps, "DELETE FROM resource; DELETE FROM nothing;"]);
        Assert.Throws<UnusableStoreException>(() => SqliteStateStore.Open(_directory.Path, broken));
        Assert.Equal(before, _directory.Files());
    }

    [Fact]
    public async Task Commits_wait_for_the_disk()
    {
        await SaveAsync(ResourceSet.Empty, SampleState.Read());
        using SqliteConnection connection = DatabaseFile.Open(_directory.Database);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT journal_mode FROM pragma_journal_mode) || ' ' || (SELECT synchronous FROM pragma_synchronous)";
        Assert.Equal("wal 2", command.ExecuteScalar());
    }

    private void Write(string sql)
    {
        using SqliteConnection connection = new($"Data Source={_directory.Database};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static ResourceSet Changed(ResourceSet set, Random random)
    {
        Network[] networks = [.. set.Networks];
        Network? some = networks.Length == 0 ? null : networks[random.Next(networks.Length)];
        ResourceCollection<Network> next = random.Next(4) switch
        {
            0 when some is not null => set.Networks.Without(some.Id),
            1 when some is not null => set.Networks.With(some with { Name = $"renamed {random.Next()}" }),
            _ => set.Networks.With(new Network { Id = Guid.NewGuid(), ProjectId = "p" }).With(new Network { Id = Guid.NewGuid(), ProjectId = "p" }),
        };
        return set with { Revision = set.Revision + 1, Networks = next };
    }

    private async Task SaveAsync(ResourceSet previous, params ResourceSet[] successors)
    {
        using SqliteStateStore store = SqliteStateStore.Open(_directory.Path);
        foreach (ResourceSet successor in successors)
        {
            Assert.Null(await store.SaveAsync(previous, successor));
            previous = successor;
        }
    }

    private ResourceSet Reopened()
    {
        using SqliteStateStore store = SqliteStateStore.Open(_directory.Path);
        return store.Load();
    }
}
