using System.Collections.Immutable;
using NetworkingSfc.Control.Compilation;

namespace NetworkingSfc.Control.Drivers;

/// <summary>
/// Something outside of this process that is to hold what a state says, kept so by a <see cref="FollowingDriver"/>: a switch,
/// another machine. Called by its driver only, one call at a time.
/// </summary>
public interface IStateTarget
{
    /// <summary>The name that deployments choose it by.</summary>
    string Name { get; }

    /// <summary>
    /// Makes the target hold the state, all of it or nothing. Called for each new state, again after a failure, and from time
    /// to time for the same state, to bring back what got lost; cheap when nothing did.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="cancellation">Gives up; what was begun is finished or undone.</param>
    /// <returns>By id of the port chain, what could not be carried out as asked for, in whole sentences.</returns>
    /// <exception cref="OtherNumbersException">The state is to be compiled with other numbers first.</exception>
    /// <exception cref="DriverException">The target holds what it held before; the message says why.</exception>
    Task<ImmutableDictionary<Guid, ImmutableArray<string>>> ApplyAsync(CompiledState state, CancellationToken cancellation);
}
