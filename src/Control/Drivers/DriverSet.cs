using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;
using NetworkingSfc.Control.Configuration;
using NetworkingSfc.Control.PortPairGroups;
using NetworkingSfc.Control.Publishing;
using NetworkingSfc.Control.Resources;
using NetworkingSfc.Dataplane.Steering;

namespace NetworkingSfc.Control.Drivers;

/// <summary>
/// The drivers of a deployment: every accepted state is compiled once and handed to all of them, in their order. What one
/// refuses is refused; what one fails at afterwards keeps nothing from the others.
/// </summary>
public sealed class DriverSet : IAsyncDisposable
{
    private readonly ImmutableArray<IStateDriver> _drivers;
    private ConfiguredPort[] _configured = [];
    private UnusedEntry[] _unused = [];
    private ILogger? _logger;
    private StableNumbers? _renumbered;
    private CompiledState _current = new(ResourceSet.Empty, new SteeringDefinition { Generation = 0 }, StableNumbers.None);

    /// <summary>Makes a set.</summary>
    /// <param name="drivers">The drivers in the order in which they are called.</param>
    public DriverSet(params IEnumerable<IStateDriver> drivers) => _drivers = [.. drivers];

    /// <summary>What becomes of packets at groups without members that say nothing of it themselves.</summary>
    public EmptyGroupAction OnEmpty { get; init; } = EmptyGroupAction.Drop;

    /// <summary>How far each driver is, in their order.</summary>
    public ImmutableArray<DriverReport> Reports => [.. _drivers.Select(driver => driver.Report)];

    /// <summary>What was compiled last and is current: the key to the forwarder's numbers. Any thread.</summary>
    public CompiledState Current => Volatile.Read(ref _current);

    /// <summary>The numbers that things have already, where a forwarder outlived the control process before; set before anything is compiled.</summary>
    public StableNumbers Numbers
    {
        get => _current.Numbers;
        init => _current = _current with { Numbers = value };
    }

    /// <summary>Ports that the configuration file attaches; counts from the next compilation on.</summary>
    public ImmutableArray<ConfiguredPort> Configured
    {
        get => [.. Volatile.Read(ref _configured)];
        set => Volatile.Write(ref _configured, [.. value]);
    }

    /// <summary>What the configuration file says of ports and attaches nothing in the current state. Any thread.</summary>
    public ImmutableArray<UnusedEntry> Unused => [.. Volatile.Read(ref _unused)];

    /// <summary>Lets the drivers that follow begin.</summary>
    /// <param name="logger">Takes what they have to say.</param>
    /// <param name="publishAgain">Compiles and publishes the current set once more.</param>
    internal void Start(ILogger logger, Func<Task<ChangeResult>> publishAgain)
    {
        _logger = logger;
        TellUnused(Unused, before: []);
        foreach (FollowingDriver driver in _drivers.OfType<FollowingDriver>())
        {
            driver.Start(logger, numbers => RenumberAsync(numbers, publishAgain));
        }
    }

    /// <summary>Compiles a candidate and lets every driver prepare for it; nothing that is published is changed.</summary>
    /// <param name="candidate">The set that would become current.</param>
    public CompileResult Compile(ResourceSet candidate)
    {
        StableNumbers? renumbered = Volatile.Read(ref _renumbered);
        CompiledState previous = renumbered is null ? _current : new CompiledState(ResourceSet.Empty, new SteeringDefinition { Generation = 0 }, renumbered);

        // The revision outlives the process, so generations go on rising from one to the next.
        ulong generation = Math.Max(_current.Definition.Generation + 1, (ulong)Math.Max(0, candidate.Revision));
        ConfiguredPorts configured = ConfiguredPorts.Among(Configured, candidate);
        CompiledState? state = SnapshotCompiler.Compile(candidate, previous, generation, out ImmutableArray<ApiProblem> problems, configured.Attachments, OnEmpty);
        if (state is null)
        {
            return CompileResult.Refused(problems);
        }

        try
        {
            return CompileResult.Success(new Prepared(state, configured.Unused, [.. _drivers.Select(driver => driver.Prepare(state))], renumbered), state.Definition.Generation);
        }
        catch (SteeringDefinitionException refused)
        {
            return CompileResult.Refused(new ApiProblem(400, "SfcBadRequest", $"The forwarder cannot carry this state out. {refused.Message}"));
        }
    }

    /// <summary>Makes a compiled candidate current.</summary>
    /// <param name="current">The set that is now current.</param>
    /// <param name="compiled">What <see cref="Compile"/> made of it.</param>
    public void Publish(ResourceSet current, object compiled)
    {
        Prepared next = (Prepared)compiled;
        Volatile.Write(ref _current, next.State);
        TellUnused(next.Unused, before: Interlocked.Exchange(ref _unused, [.. next.Unused]));
        if (next.Renumbered is not null)
        {
            _ = Interlocked.CompareExchange(ref _renumbered, null, next.Renumbered);
        }

        List<Exception> failures = [];
        foreach ((IStateDriver driver, object? prepared) in _drivers.Zip(next.ForDrivers))
        {
            try
            {
                driver.Publish(next.State, prepared);
            }
            catch (Exception failure)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    /// <summary>Ends the drivers that follow; what they applied stays where it is.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (FollowingDriver driver in _drivers.OfType<FollowingDriver>())
        {
            await driver.DisposeAsync();
        }
    }

    // Only what has not been said before: most states are published without anything new about it.
    private void TellUnused(ImmutableArray<UnusedEntry> unused, UnusedEntry[] before)
    {
        if (_logger is { } logger)
        {
            foreach (UnusedEntry entry in unused.Except(before))
            {
                DriverLog.Unused(logger, entry.Port, entry.Reason);
            }
        }
    }

    // Nothing compiled before is of use then: all of it has the old numbers.
    private async Task RenumberAsync(StableNumbers numbers, Func<Task<ChangeResult>> publishAgain)
    {
        Volatile.Write(ref _renumbered, numbers);
        if ((await publishAgain()).Problem is { } problem)
        {
            throw new DriverException($"The state could not be compiled with the numbers that things have where it is to be carried out: {problem.Message}");
        }
    }

    private sealed record Prepared(CompiledState State, ImmutableArray<UnusedEntry> Unused, ImmutableArray<object?> ForDrivers, StableNumbers? Renumbered);
}
