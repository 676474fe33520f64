namespace NetworkingSfc.Dataplane.Channel;

/// <summary>How one kind of record is written and read.</summary>
/// <param name="LeastBytes">Bytes that each has at least, which bounds how many may follow.</param>
/// <param name="Write">Writes one.</param>
/// <param name="Read">Reads one.</param>
internal sealed record RecordKind<T>(int LeastBytes, Action<SnapshotWriter, T> Write, Func<SnapshotReader, T> Read);
