namespace NetworkingSfc.Dataplane.Memory;

/// <summary>A key of a <see cref="LookupTable{TKey}"/>.</summary>
internal interface ILookupKey
{
    /// <summary>The key as one number. Need not be spread evenly: the table multiplies it.</summary>
    ulong Folded { get; }
}
