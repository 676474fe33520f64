using System.Collections.Immutable;
using System.Text.Json;
using NetworkingSfc.Control.Drivers;
using NetworkingSfc.Control.PortChains;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Http;

/// <summary>
/// What the drivers make of a port chain: its member <c>driver_status</c>, which only those get who ask for it by
/// <c>fields=driver_status</c>, so that clients of Neutron see what they know.
/// </summary>
/// <param name="drivers">The drivers.</param>
internal sealed class DriverStatus(DriverSet drivers)
{
    private const string Member = "driver_status";

    /// <summary>What writes the member, or null where it was not asked for.</summary>
    /// <param name="resource">The resource that is answered.</param>
    /// <param name="fields">Members asked for.</param>
    public Action<Utf8JsonWriter>? For(Resource resource, IReadOnlyCollection<string> fields) =>
        resource is PortChain && fields.Contains(Member) ? writer => Write(writer, resource.Id) : null;

    private void Write(Utf8JsonWriter writer, Guid chain)
    {
        writer.WriteStartArray(Member);
        foreach (DriverReport report in drivers.Reports)
        {
            Write(writer, report, report.Problems.GetValueOrDefault(chain, []));
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, DriverReport report, ImmutableArray<string> problems)
    {
        writer.WriteStartObject();
        writer.WriteString("driver", report.Driver);
        writer.WriteString("status", StatusOf(report, problems));
        if (report.Applied is { } applied)
        {
            writer.WriteNumber("applied_revision", applied);
        }

        writer.WriteNumber("wanted_revision", report.Wanted);
        if (report.Failure is not null || !problems.IsEmpty)
        {
            writer.WriteString("reason", report.Failure ?? string.Join(' ', problems));
        }

        if (report is { FailingSince: { } since, NextAttempt: { } next })
        {
            writer.WriteString("failing_since", since);
            writer.WriteString("next_attempt", next);
        }

        writer.WriteEndObject();
    }

    // Neutron's words.
    private static string StatusOf(DriverReport report, ImmutableArray<string> problems) =>
        report.Failure is not null || !problems.IsEmpty ? "ERROR"
        : report.Applied == report.Wanted ? "ACTIVE"
        : "BUILD";
}
