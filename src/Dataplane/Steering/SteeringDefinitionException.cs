namespace NetworkingSfc.Dataplane.Steering;

/// <summary>A definition that no snapshot can be built from: the sentence says which number is wrong and what is accepted.</summary>
public sealed class SteeringDefinitionException : Exception
{
    /// <summary>Makes the exception.</summary>
    public SteeringDefinitionException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong and what would be accepted.</param>
    public SteeringDefinitionException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong and what would be accepted.</param>
    /// <param name="innerException">The cause.</param>
    public SteeringDefinitionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
