using System.Collections.Immutable;
using System.Globalization;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Control.State;
using NetworkingSfc.Control.Store.Sqlite;
using NetworkingSfc.Testing;

namespace NetworkingSfc.Control.Tests.Store;

/// <summary>Rows of every kind as each version of the schema has them, in <c>tests/data/store</c>.</summary>
public sealed class StoredShapeTests
{
    private const char Separator = '\t';

    private static readonly string _file = Path.Combine(
        Repository.Data, "store", string.Create(CultureInfo.InvariantCulture, $"rows-version-{SqliteSchema.Current.Version}.tsv"));

    [Fact]
    public void Rows_change_only_with_the_version_of_the_schema()
    {
        string rows = string.Concat(Rows().Select(row => string.Create(
            CultureInfo.InvariantCulture, $"{row.Kind}{Separator}{row.Place}{Separator}{row.Id}{Separator}{row.Body}\n")));
        if (!File.Exists(_file) || File.ReadAllText(_file) != rows)
        {
            string found = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(_file));
            File.WriteAllText(found, rows);
            Assert.Fail($"""
                Rows of schema version {SqliteSchema.Current.Version} are not those of {_file}; they are in {found}.
                If a record changed, files on disk no longer fit it: add a step to SqliteSchema that rewrites their rows, and copy the new rows to the file of the next version.
                If only SampleState changed, or the version is new, copy them to the file.
                """);
        }
    }

    [Fact]
    public void Rows_of_this_version_can_be_read()
    {
        ILookup<string, StoredRow> rows = File.ReadLines(_file).Select(line => line.Split(Separator))
            .ToLookup(row => row[0], row => new StoredRow(row[0], long.Parse(row[1], CultureInfo.InvariantCulture), row[2], row[3]));
        ResourceSet set = StoredKinds.All.Aggregate(ResourceSet.Empty, (read, kind) => kind.Read(read, [.. rows[kind.Name]]));
        SampleState.AssertSame(Sample(), set with { Revision = Sample().Revision });
        Assert.Equal(StoredKinds.All.Select(kind => kind.Name).Order(), rows.Select(kind => kind.Key).Order());
    }

    private static List<StoredRow> Rows()
    {
        List<StoredRow> rows = [];
        foreach (StoredKind kind in StoredKinds.All)
        {
            kind.Compare(ResourceSet.Empty, Sample(), [], rows);
        }

        return rows;
    }

    private static ResourceSet Sample()
    {
        ResourceSet set = SampleState.Read();
        Guid pair = set.PortPairs.First().Id;
        return set with
        {
            Uplinks = set.Uplinks.Add(set.Networks.First().Id, set.Ports.First().Id),
            Functions = ImmutableDictionary<Guid, ServiceFunction>.Empty.Add(
                pair, new ServiceFunction(FunctionKind.Rewrite) { SourceIp = new IpAddressValue(IpFamily.IPv4, 0x0a00_0001), DestinationPort = 80 }),
            QuotaLimits = set.QuotaLimits.Add("blue", ImmutableDictionary<string, int>.Empty.Add("port_pair", -1)),
        };
    }
}
